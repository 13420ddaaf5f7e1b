/// \file
/// The event bus of the process.
///
/// Publishing puts an event into the queue of each subscription and returns; a small fixed
/// set of threads runs the handlers. One slow subscriber holds up one thread, and a thread
/// that is held for too long is replaced, so the others go on. What may not be lost does
/// not take this way: see the outbox.
///
///     events::Bus bus(log, clock);
///     auto ear = bus.subscribe("invoices", "flags.flag_changed/1", {}, handler, on_fault);
#pragma once

#include "events/subscription.hpp"

#include <whatsflow/sdk/event.hpp>
#include <whatsflow/sdk/logger.hpp>
#include <whatsflow/sdk/time.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace whatsflow::events {

struct BusOptions {
    unsigned threads = 4;
    /// A handler that has run for longer counts as stuck: its thread is replaced.
    std::chrono::milliseconds stuck_after{5'000};
    /// How many stuck threads are replaced before the bus gives up on more.
    unsigned max_replaced = 16;
};

struct SubscriberInfo {
    std::string owner;
    Subscription::Counters counters;
};

/// One line of the list of events.
struct EventInfo {
    std::string name;
    unsigned version = 1;
    std::vector<std::string> publishers;
    std::vector<SubscriberInfo> subscribers;
    std::string delivery = "bus";  ///< `bus` may be lost at a crash; `outbox` may not
};

/// [thread-safe]
class Bus final : public sdk::EventBus {
public:
    static constexpr unsigned kMaxHops = 16;

    /// `log` and `clock` must outlive the bus.
    Bus(sdk::Logger& log, const sdk::Clock& clock, BusOptions options = {});
    /// Closes; a handler that is stuck even then keeps its thread, which is left alone.
    ~Bus() override;
    Bus(const Bus&) = delete;
    Bus& operator=(const Bus&) = delete;

    /// Fills in id, time and hop; the publisher too when it is empty (`host`).
    sdk::Result<void> publish(sdk::Envelope envelope) noexcept override;

    /// For the host itself.
    sdk::Registration subscribe(std::string_view event, const sdk::SubscriptionOptions& options,
                                Handler handler) override;
    /// For a plugin. `event` is `name/version`; `on_fault` hears of each exception.
    sdk::Registration subscribe(std::string owner, std::string_view event, const sdk::SubscriptionOptions& options,
                                Handler handler, FaultSink on_fault);

    /// Ends every subscription of `owner` without waiting for running handlers. Returns how
    /// many there were.
    std::size_t withdraw(const std::string& owner);

    /// For the list: `owner` hears `event` through the outbox. Until withdraw_durable().
    void declare_durable(const std::string& owner, std::string_view event);
    void withdraw_durable(const std::string& owner);
    /// Says that `publisher` may publish `event` (`name/version`), for the list. Once `outbox`,
    /// always `outbox`.
    void declare(const std::string& publisher, std::string_view event, std::string_view delivery = "bus");
    /// Every event that is declared, was published or has a subscriber, by name and version.
    std::vector<EventInfo> list() const;

    std::size_t subscription_count() const;
    std::uint64_t dropped() const noexcept;

    /// Waits until everything published so far has been handled. False at the deadline.
    bool drain(std::chrono::milliseconds timeout);
    /// No more events from now on; what waits is handled until `timeout`, the rest dropped.
    /// False when a handler was still running at the end.
    bool close(std::chrono::milliseconds timeout);

private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace whatsflow::events
