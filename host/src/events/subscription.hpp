/// \file
/// One subscriber's queue: bounded, first in first out, one event at a time.
///
/// The bus puts deliveries in, an event thread takes a batch out and runs it. A subscription
/// is never on two threads at once: whoever finds it unscheduled schedules it, and only the
/// thread that ran it decides when it leaves.
#pragma once

#include "events/delivery_ring.hpp"
#include "events/spinning_lock.hpp"

#include <whatsflow/sdk/event.hpp>

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace whatsflow::events {

/// Told when a handler threw. Any event thread.
using FaultSink = std::function<void(std::string_view what)>;

/// [thread-safe]
class Subscription {
public:
    struct Counters {
        std::uint64_t delivered = 0;
        std::uint64_t dropped = 0;
        std::uint64_t faults = 0;
    };
    /// What an offer did to the queue.
    struct Offered {
        bool schedule = false;  ///< the caller must hand this subscription to a thread
        int waiting = 0;        ///< how many more deliveries wait than before
        bool dropped = false;   ///< it, or the oldest one, was thrown away
        bool first_drop = false;
    };

    Subscription(std::string owner, std::string event, sdk::SubscriptionOptions options, sdk::EventBus::Handler handler,
                 FaultSink on_fault);

    const std::string& owner() const noexcept { return owner_; }
    const std::string& event() const noexcept { return event_; }
    Counters counters() const;

    Offered offer(const DeliveryPtr& delivery);

    /// Runs up to a batch of waiting events. Only the thread it was scheduled to calls it, and
    /// it stays scheduled. Returns how many deliveries left the queue for good.
    int run_batch();
    /// A look without the lock.
    bool has_work() const noexcept { return !ended_ && waiting_.load(std::memory_order_acquire) > 0; }
    /// The thread it was scheduled to lets go of it. False, and nothing changed, when more waits.
    bool leave();

    /// Ends it: nothing is handled any more, the queue is emptied. Returns how many deliveries
    /// that threw away.
    int end();
    /// Waits until no handler of it runs, at once when called from inside that handler.
    void wait_until_idle();

private:
    void run_one(const sdk::EventBus::Handler& handler, DeliveryPtr event);
    void forget_handler_when_idle();

    const std::string owner_;
    const std::string event_;
    const sdk::SubscriptionOptions options_;
    const FaultSink on_fault_;

    mutable std::mutex mutex_;
    std::condition_variable idle_;
    sdk::EventBus::Handler handler_;
    DeliveryRing queue_;
    std::atomic<std::size_t> waiting_{0};  ///< size of the queue, changed under the lock
    bool scheduled_ = false;
    std::atomic<bool> ended_{false};  ///< changed under the lock, looked at between two events without
    std::thread::id running_on_;
    Counters counters_;
};

/// What the handler on this thread was called with; null outside of handlers.
const DeliveryPtr& current_delivery() noexcept;

}  // namespace whatsflow::events
