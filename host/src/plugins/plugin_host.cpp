#include "plugins/plugin_host.hpp"

#include "plugins/gated_stream.hpp"
#include "plugins/guarded.hpp"

#include <filesystem>
#include <stdexcept>

namespace whatsflow::plugins {

/// The bus as the plugin sees it: it cannot publish in another's name.
class PluginHost::Events final : public sdk::EventBus {
public:
    explicit Events(PluginHost& host) : host_(host) {}

    sdk::Result<void> publish(sdk::Envelope envelope) noexcept override {
        try {
            envelope.publisher = host_.id_;
        } catch (...) {
            return sdk::fail("events.failed", "The event could not be queued: the server is out of memory.");
        }
        return host_.platform_->bus.publish(std::move(envelope));
    }

    sdk::Registration subscribe(std::string_view event, const sdk::SubscriptionOptions& options,
                                Handler handler) override {
        if (!host_.may_listen()) {
            host_.log_.error("subscribe() works in start() and on_all_started() only; nothing was subscribed",
                             {{"event", std::string(event)}});
            return {};
        }
        const auto call = "event " + std::string(event);
        // The bus catches and reports what the handler throws; the gate only counts it.
        return host_.platform_->bus.subscribe(
            host_.id_, event, options,
            [gate = host_.gate_, handler = std::move(handler)](const std::shared_ptr<const sdk::Envelope>& envelope) {
                if (Inside inside(*gate); inside) handler(envelope);
            },
            [gate = host_.gate_, call](std::string_view what) { gate->fault(call + ": " + std::string(what)); });
    }

private:
    PluginHost& host_;
};

namespace {

/// A plugin asks for a facility in start() at the latest, so a host without one refuses it there.
template <class T>
T& present(const std::shared_ptr<T>& facility) noexcept(false) {
    if (!facility) throw std::logic_error("this host keeps none of these for plugins");
    return *facility;
}

GuardedCall guarded_call(std::shared_ptr<Gate> gate) {
    return [gate = std::move(gate)](const std::string& call, const std::function<sdk::Result<void>()>& body) {
        using Answer = sdk::Result<void>;
        return guarded(
            *gate, call, [&] { return body(); },
            [&] { return Answer(sdk::fail("plugin.unavailable", stopping_sentence(gate->plugin()))); },
            [&] { return Answer(sdk::fail("plugin.fault", fault_sentence(gate->plugin()))); });
    };
}

}  // namespace

PluginHost::PluginHost(std::string id, std::string install_directory, std::shared_ptr<const Platform> platform,
                       std::shared_ptr<Gate> gate, std::shared_ptr<Registrations> registrations,
                       std::shared_ptr<Timers> timers)
    : id_(std::move(id)),
      install_directory_(std::move(install_directory)),
      platform_(std::move(platform)),
      gate_(std::move(gate)),
      log_(platform_->logger(id_)),
      database_(platform_->database(id_)),
      registrations_(std::move(registrations)),
      timers_(std::move(timers)),
      events_(std::make_unique<Events>(*this)),
      facilities_(platform_->facilities ? platform_->facilities(id_, guarded_call(gate_)) : Facilities{}) {}

PluginHost::~PluginHost() = default;

sdk::EventBus& PluginHost::events() noexcept {
    return *events_;
}

sdk::Outbox& PluginHost::outbox() {
    return present(facilities_.outbox);
}
sdk::Jobs& PluginHost::jobs() {
    return present(facilities_.jobs);
}
sdk::AuditLog& PluginHost::audit() {
    return present(facilities_.audit);
}
sdk::Vault& PluginHost::vault() {
    return present(facilities_.vault);
}
sdk::FileStorage& PluginHost::files() {
    return present(facilities_.files);
}

sdk::Result<void> PluginHost::only_in_start(const char* what) const {
    if (phase_ == Phase::starting) return sdk::ok();
    return sdk::fail("plugins.too_late",
                     std::string(what) + " can be registered in start() only; " + id_ +
                         (phase_ == Phase::revoked ? " is being stopped." : " has started already."));
}

bool PluginHost::may_listen() const {
    std::lock_guard lock(mutex_);
    return phase_ == Phase::starting || phase_ == Phase::all_started;
}

sdk::Result<void> PluginHost::route(sdk::Route route) {
    std::lock_guard lock(mutex_);
    if (auto allowed = only_in_start("A route"); !allowed) return allowed;
    if (auto fits = registrations_->check(id_, own_, route); !fits) return fits;
    const auto call = std::string(sdk::to_text(route.method)) + " " + route.pattern;
    route.handler = [gate = gate_, call, handler = std::move(route.handler)](const sdk::Request& request) {
        return guarded(
            *gate, call, [&] { return behind_gate(handler(request), gate, call); },
            [&] { return sdk::problem(503, "plugin.unavailable", stopping_sentence(gate->plugin())); },
            [&] { return sdk::problem(500, "plugin.fault", fault_sentence(gate->plugin())); });
    };
    own_.routes.push_back(std::move(route));
    return sdk::ok();
}

sdk::Result<void> PluginHost::command(sdk::Command command) {
    std::lock_guard lock(mutex_);
    if (auto allowed = only_in_start("A command"); !allowed) return allowed;
    if (auto fits = registrations_->check(id_, own_, command); !fits) return fits;
    command.run = [gate = gate_, call = "command " + command.name, run = std::move(command.run)](
                      const sdk::CallContext& context, const sdk::CommandArguments& arguments) {
        using Answer = sdk::Result<sdk::CommandOutput>;
        return guarded(
            *gate, call, [&] { return run(context, arguments); },
            [&] { return Answer(sdk::fail("plugin.unavailable", stopping_sentence(gate->plugin()))); },
            [&] { return Answer(sdk::fail("plugin.fault", fault_sentence(gate->plugin()))); });
    };
    own_.commands.push_back(std::move(command));
    return sdk::ok();
}

sdk::Result<void> PluginHost::contribute(sdk::Contribution contribution) {
    std::lock_guard lock(mutex_);
    if (auto allowed = only_in_start("A contribution"); !allowed) return allowed;
    if (auto fits = registrations_->check(id_, own_, contribution); !fits) return fits;
    contribution.plugin = id_;
    if (contribution.render) {
        const auto call = contribution.slot + " " + contribution.key;
        contribution.render = [gate = gate_, call,
                               render = std::move(contribution.render)](const sdk::Request& request) {
            using Answer = sdk::Result<sdk::View>;
            return guarded(
                *gate, call, [&] { return render(request); },
                [&] { return Answer(sdk::fail("plugin.unavailable", stopping_sentence(gate->plugin()))); },
                [&] { return Answer(sdk::fail("plugin.fault", fault_sentence(gate->plugin()))); });
        };
    }
    own_.contributions.push_back(std::move(contribution));
    return sdk::ok();
}

sdk::Result<void> PluginHost::provide(sdk::ServiceId id, sdk::Service& service, sdk::Properties properties) {
    std::lock_guard lock(mutex_);
    if (auto allowed = only_in_start("A service"); !allowed) return allowed;
    return platform_->services.offer(id_, id, service, std::move(properties), gate_);
}

sdk::Registration PluginHost::every(sdk::Milliseconds period, std::function<void()> action) {
    std::lock_guard lock(mutex_);
    if (phase_ == Phase::revoked) return {};
    return timers_->every(id_, period,
                          [gate = gate_, action = std::move(action)] { guarded(*gate, "timer", [&] { action(); }); });
}

std::vector<sdk::FoundService> PluginHost::find_services(sdk::ServiceId id, const sdk::Properties& filter) {
    return platform_->services.find(id, filter);
}

sdk::Registration PluginHost::watch_service(sdk::ServiceId id,
                                            std::function<void(const sdk::ServiceChange&)> callback) {
    std::lock_guard lock(mutex_);
    if (phase_ == Phase::revoked) return {};
    const auto call = "watcher of " + id.text();
    auto watch = std::make_shared<sdk::Registration>(
        platform_->services.watch(id, [gate = gate_, call, callback = std::move(callback)](const auto& change) {
            guarded(*gate, call, [&] { callback(change); });
        }));
    watches_.push_back(watch);
    return sdk::Registration([watch] { watch->release(); });
}

std::vector<sdk::Contribution> PluginHost::contributions(sdk::SlotId slot, sdk::Site site) {
    return registrations_->contributions(slot.text(), site);
}

sdk::Result<std::string> PluginHost::render(const sdk::View& view, sdk::Site site, const std::string& locale) {
    return platform_->render(view, site, locale);
}

std::string PluginHost::translate(const std::string& locale, const std::string& key) const {
    return platform_->translate(locale, key);
}

std::string PluginHost::site_url(sdk::Site site) const {
    return platform_->site_url(site);
}

sdk::Result<std::string> PluginHost::data_directory() {
    const auto& own = platform_->plugin_files;
    const auto folder = std::filesystem::absolute((own.empty() ? platform_->data_directory / "plugins" : own) / id_);
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (!error) std::filesystem::permissions(folder, std::filesystem::perms::owner_all, error);
    if (error)
        return sdk::fail("plugins.no_folder", "Folder " + folder.string() + " of plugin " + id_ +
                                                  " cannot be made: " + error.message() + ". Check who owns " +
                                                  platform_->data_directory.string() + ".");
    return folder.string();
}

void PluginHost::enter_phase(Phase phase) {
    std::lock_guard lock(mutex_);
    // A start that took too long has been revoked: nothing brings it back.
    if (phase_ != Phase::revoked) phase_ = phase;
}

void PluginHost::commit() {
    PluginRegistrations own;
    {
        std::lock_guard lock(mutex_);
        own = std::move(own_);
        own_ = {};
    }
    registrations_->commit(id_, std::move(own));
    platform_->services.announce(id_);
}

void PluginHost::withdraw() {
    PluginRegistrations unseen;
    {
        std::lock_guard lock(mutex_);
        phase_ = Phase::revoked;
        unseen = std::move(own_);
        own_ = {};
    }
    registrations_->revoke(id_);
    platform_->services.withdraw(id_);
}

std::size_t PluginHost::revoke() {
    withdraw();
    std::vector<std::shared_ptr<sdk::Registration>> watches;
    {
        std::lock_guard lock(mutex_);
        watches.swap(watches_);
    }
    for (const auto& watch : watches) watch->release();
    if (facilities_.withdraw) facilities_.withdraw();
    return platform_->bus.withdraw(id_) + timers_->withdraw(id_);
}

}  // namespace whatsflow::plugins
