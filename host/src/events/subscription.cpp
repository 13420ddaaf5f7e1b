#include "events/subscription.hpp"

#include <array>

namespace whatsflow::events {
namespace {

/// Small enough that the others on this thread get their turn soon.
constexpr std::size_t kBatch = 32;

thread_local DeliveryPtr this_delivery;

}  // namespace

const DeliveryPtr& current_delivery() noexcept {
    return this_delivery;
}

Subscription::Subscription(std::string owner, std::string event, sdk::SubscriptionOptions options,
                           sdk::EventBus::Handler handler, FaultSink on_fault)
    : owner_(std::move(owner)),
      event_(std::move(event)),
      options_(options.capacity == 0 ? sdk::SubscriptionOptions{1, options.overflow} : options),
      on_fault_(std::move(on_fault)),
      handler_(std::move(handler)) {}

Subscription::Counters Subscription::counters() const {
    std::lock_guard lock(mutex_);
    return counters_;
}

Subscription::Offered Subscription::offer(const DeliveryPtr& delivery) {
    DeliveryPtr dropped;  // freed after the lock
    Offered offered;
    std::lock_guard lock(mutex_);
    if (ended_) return offered;
    if (queue_.size() >= options_.capacity) {
        offered.dropped = true;
        offered.first_drop = counters_.dropped++ == 0;
        if (options_.overflow == sdk::Overflow::drop_newest) return offered;
        dropped = std::move(queue_.front());
        queue_.pop_front();
        --offered.waiting;
    }
    queue_.push_back(delivery);
    ++offered.waiting;
    offered.schedule = !scheduled_;
    scheduled_ = true;
    return offered;
}

bool Subscription::run_batch(int& handled) {
    std::array<DeliveryPtr, kBatch> batch;
    std::size_t size = 0;
    std::unique_lock lock(mutex_);
    for (; size < kBatch && !queue_.empty(); ++size) {
        batch[size] = std::move(queue_.front());
        queue_.pop_front();
    }
    handled = static_cast<int>(size);
    running_on_ = std::this_thread::get_id();
    // The handler stays where it is while it runs: end() leaves it alone until then.
    const auto& handler = handler_;
    lock.unlock();
    std::uint64_t delivered = 0;
    for (std::size_t i = 0; i < size && !ended_; ++i, ++delivered) run_one(handler, batch[i]);
    lock.lock();
    counters_.delivered += delivered;
    running_on_ = {};
    forget_handler_when_idle();
    idle_.notify_all();
    scheduled_ = !ended_ && !queue_.empty();
    return scheduled_;
}

void Subscription::run_one(const sdk::EventBus::Handler& handler, const DeliveryPtr& delivery) {
    this_delivery = delivery;
    std::string what;
    try {
        handler(std::shared_ptr<const sdk::Envelope>(delivery, &delivery->envelope));
    } catch (const std::exception& exception) {
        what = exception.what();
        if (what.empty()) what = "an exception without a text";
    } catch (...) {
        what = "threw something that is not a std::exception";
    }
    this_delivery.reset();
    if (what.empty()) return;
    {
        std::lock_guard lock(mutex_);
        ++counters_.faults;
    }
    if (on_fault_) on_fault_(what);
}

int Subscription::end() {
    std::deque<DeliveryPtr> unread;
    std::lock_guard lock(mutex_);
    ended_ = true;
    unread.swap(queue_);
    forget_handler_when_idle();
    return static_cast<int>(unread.size());
}

void Subscription::wait_until_idle() {
    std::unique_lock lock(mutex_);
    if (running_on_ == std::this_thread::get_id()) return;
    idle_.wait(lock, [&] { return running_on_ == std::thread::id{}; });
}

void Subscription::forget_handler_when_idle() {
    if (ended_ && running_on_ == std::thread::id{}) handler_ = nullptr;
}

}  // namespace whatsflow::events
