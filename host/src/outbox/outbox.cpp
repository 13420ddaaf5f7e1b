#include "outbox/outbox.hpp"

#include "events/subscription.hpp"

namespace whatsflow::outbox {

/// The outbox as one plugin sees it: it records in its own name only.
class Outbox::ForPlugin final : public sdk::Outbox {
public:
    ForPlugin(outbox::Outbox& outbox, std::string plugin, background::Guard guard)
        : outbox_(outbox), plugin_(std::move(plugin)), guard_(std::move(guard)) {}

    sdk::Result<void> append(sdk::Transaction& tx, const sdk::CallContext& context, sdk::Envelope envelope) override {
        return outbox_.append(plugin_, tx, context, std::move(envelope));
    }
    sdk::Result<void> subscribe(std::string_view subscriber, std::string_view event, Handler handler) override {
        auto made = named(subscriber, event);
        made.handler = std::move(handler);
        return outbox_.subscribe(std::move(made));
    }
    sdk::Result<void> subscribe_in_transaction(std::string_view subscriber, std::string_view event,
                                               TransactionalHandler handler) override {
        auto made = named(subscriber, event);
        made.transactional = std::move(handler);
        return outbox_.subscribe(std::move(made));
    }

private:
    Subscriber named(std::string_view subscriber, std::string_view event) const {
        Subscriber made;
        made.plugin = plugin_;
        made.name = subscriber;
        made.type = event;
        if (event.find('/') == std::string_view::npos) made.type += "/1";
        made.guard = guard_;
        return made;
    }

    outbox::Outbox& outbox_;
    const std::string plugin_;
    const background::Guard guard_;
};

Outbox::Outbox(sdk::Database& database, events::Bus& bus, const sdk::Clock& clock, sdk::Logger& log, Options options)
    : bus_(bus),
      clock_(clock),
      events_(database, clock, options.steps),
      cursors_(database, clock, sdk::make_uuid(), options.lease),
      retries_(database, clock, options.retries),
      dispatcher_({.database = database,
                   .clock = clock,
                   .log = log,
                   .events = events_,
                   .cursors = cursors_,
                   .retries = retries_,
                   .steps = options.steps,
                   .batch = options.batch,
                   .batch_in_transaction = options.batch_in_transaction},
                  options.dispatcher) {}

Outbox::~Outbox() {
    stop();
}

std::shared_ptr<sdk::Outbox> Outbox::for_plugin(const std::string& plugin, background::Guard guard) {
    return std::make_shared<ForPlugin>(*this, plugin, std::move(guard));
}

void Outbox::withdraw(const std::string& plugin) {
    dispatcher_.remove(plugin);
    bus_.withdraw_durable(plugin);
}

sdk::Result<void> Outbox::append(const std::string& plugin, sdk::Transaction& tx, const sdk::CallContext& context,
                                 sdk::Envelope envelope) {
    envelope.publisher = plugin;
    if (envelope.id.empty()) envelope.id = sdk::make_uuid();
    if (envelope.occurred_at == sdk::Instant{}) envelope.occurred_at = clock_.now();
    envelope.hop = hops_here();
    if (const auto& cause = events::current_delivery()) envelope.hop = cause->envelope.hop + 1;
    const auto type = envelope.type.text();
    if (envelope.hop > kMostHops)
        return sdk::fail("events.too_deep",
                         "Event " + type + " was refused: " + std::to_string(kMostHops) +
                             " events led to it. Subscribers must not cause each other without end.");
    StoredEvent event;
    event.id = envelope.id;
    event.type = type;
    event.tenant = envelope.tenant.text();
    event.publisher = plugin;
    event.hop = envelope.hop;
    event.occurred_at = envelope.occurred_at;
    event.body = envelope.json().dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    if (event.body.size() > kLongestBody)
        return sdk::fail("outbox.too_large", "Event " + type + " is larger than " + std::to_string(kLongestBody) +
                                                 " bytes; keep the large part elsewhere and record where it is.");
    if (auto done = events_.append(tx, context, event); !done) return done;
    declare_publisher(plugin, type);
    tx.after_commit([this, envelope = std::move(envelope)] {
        (void)bus_.publish(envelope);  // live listeners may miss it: they chose to
        dispatcher_.wake();
    });
    return sdk::ok();
}

sdk::Result<void> Outbox::subscribe(Subscriber subscriber) {
    if (!subscriber.name.starts_with(subscriber.plugin + ".") || subscriber.name.size() > 120)
        return sdk::fail("outbox.bad_subscriber", "'" + subscriber.name + "' is not the name of a subscriber of " +
                                                      subscriber.plugin + ": it is " + subscriber.plugin +
                                                      ".what_it_does, at most 120 characters.");
    const auto plugin = subscriber.plugin;
    const auto type = subscriber.type;
    auto made = cursors_.ensure({.request_id = "outbox-" + subscriber.name, .tenant = {}}, events_, subscriber.name,
                                subscriber.type);
    if (!made) return made;
    if (auto added = dispatcher_.add(std::move(subscriber)); !added) return added;
    bus_.declare_durable(plugin, type);
    return sdk::ok();
}

void Outbox::declare_publisher(const std::string& plugin, const std::string& type) {
    std::lock_guard lock(mutex_);
    if (declared_.emplace(plugin, type).second) bus_.declare(plugin, type, "outbox");
}

}  // namespace whatsflow::outbox
