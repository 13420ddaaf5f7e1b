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
    SpinningLock lock(mutex_);
    if (ended_) return offered;
    if (queue_.size() >= options_.capacity) {
        offered.dropped = true;
        offered.first_drop = counters_.dropped++ == 0;
        if (options_.overflow == sdk::Overflow::drop_newest) return offered;
        dropped = queue_.pop_front();
        --offered.waiting;
    }
    queue_.push_back(delivery);
    waiting_.store(queue_.size(), std::memory_order_release);
    ++offered.waiting;
    offered.schedule = !scheduled_;
    scheduled_ = true;
    return offered;
}

int Subscription::run_batch() {
    std::array<DeliveryPtr, kBatch> batch;
    std::size_t size = 0;
    {
        SpinningLock lock(mutex_);
        for (; size < kBatch && !queue_.empty(); ++size) batch[size] = queue_.pop_front();
        waiting_.store(queue_.size(), std::memory_order_release);
        running_on_ = std::this_thread::get_id();
    }
    std::uint64_t delivered = 0;
    // The handler stays where it is while it runs: end() leaves it alone until then.
    for (; delivered < size && !ended_; ++delivered) run_one(handler_, std::move(batch[delivered]));
    SpinningLock lock(mutex_);
    counters_.delivered += delivered;
    running_on_ = {};
    forget_handler_when_idle();
    idle_.notify_all();
    return static_cast<int>(size);
}

bool Subscription::leave() {
    SpinningLock lock(mutex_);
    scheduled_ = !ended_ && !queue_.empty();
    return !scheduled_;
}

void Subscription::run_one(const sdk::EventBus::Handler& handler, DeliveryPtr event) {
    this_delivery = std::move(event);
    const DeliveryPtr& delivery = this_delivery;
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
    DeliveryRing unread;
    std::lock_guard lock(mutex_);
    ended_ = true;
    std::swap(unread, queue_);
    waiting_.store(0, std::memory_order_release);
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
