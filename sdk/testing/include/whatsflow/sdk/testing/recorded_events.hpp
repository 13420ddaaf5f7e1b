/// \file
/// An event bus that keeps what was published and delivers when the test says so.
///
///     plugin.start(host, config);
///     host.call(Method::post, "/contact", {.body = "…"});
///     EXPECT_EQ(host.published().of<ContactMessageReceived>().size(), 1u);
///
///     publish(host.events(), InvoicePaid{…});   // somebody else's event
///     host.published().deliver();               // now the plugin's handlers run, here
#pragma once

#include <whatsflow/sdk/event.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace whatsflow::sdk::testing {

/// [thread-safe] Handlers run in deliver(), on its thread, without a lock held.
class RecordedEvents final : public EventBus {
public:
    explicit RecordedEvents(std::string publisher = {}, const Clock* clock = nullptr);
    ~RecordedEvents() override;

    Result<void> publish(Envelope envelope) noexcept override;
    Registration subscribe(std::string_view event, const SubscriptionOptions& options, Handler handler) override;

    /// Everything published so far, in order.
    std::vector<std::shared_ptr<const Envelope>> all() const;
    /// The events of one type and version, in order.
    template <class Event>
    std::vector<Event> of() const {
        std::vector<Event> found;
        for (const auto& envelope : all())
            if (envelope->type.text() == Event::kType.text()) found.push_back(read_event<Event>(*envelope));
        return found;
    }

    /// Hands every waiting event to its subscribers, and what those publish too, until
    /// nothing waits. Returns how many handlers ran. An exception of a handler passes through.
    std::size_t deliver();

    /// Subscriptions that are alive, and how many events one dropped because it was full.
    std::size_t subscriptions() const;
    std::size_t dropped() const;
    /// From now on publishing answers `events.closed`.
    void close();
    /// Withdraws every subscription, as the host does when a plugin stops.
    void withdraw_all();
    void clear();

private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace whatsflow::sdk::testing
