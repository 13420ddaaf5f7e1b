#include <whatsflow/sdk/testing/recorded_events.hpp>

#include <algorithm>
#include <deque>
#include <map>
#include <mutex>

namespace whatsflow::sdk::testing {
namespace {

constexpr unsigned kMaxHops = 16;
/// How many events led to the handler that runs on this thread.
thread_local unsigned current_hop = 0;

}  // namespace

struct RecordedEvents::State {
    struct Subscription {
        std::uint64_t id;
        std::string event;
        SubscriptionOptions options;
        Handler handler;
        std::deque<std::shared_ptr<const Envelope>> waiting;
    };

    std::mutex mutex;
    std::string publisher;
    const Clock* clock = nullptr;
    std::vector<std::shared_ptr<const Envelope>> published;
    std::vector<std::shared_ptr<Subscription>> subscriptions;
    std::uint64_t next_id = 1;
    std::size_t dropped = 0;
    bool closed = false;

    /// The oldest waiting event of any subscription, taken out.
    std::pair<std::shared_ptr<Subscription>, std::shared_ptr<const Envelope>> take() {
        std::lock_guard lock(mutex);
        for (const auto& subscription : subscriptions) {
            if (subscription->waiting.empty()) continue;
            auto envelope = subscription->waiting.front();
            subscription->waiting.pop_front();
            return {subscription, envelope};
        }
        return {};
    }
};

RecordedEvents::RecordedEvents(std::string publisher, const Clock* clock) : state_(std::make_shared<State>()) {
    state_->publisher = std::move(publisher);
    state_->clock = clock;
}

RecordedEvents::~RecordedEvents() = default;

Result<void> RecordedEvents::publish(Envelope envelope) noexcept {
    std::lock_guard lock(state_->mutex);
    if (state_->closed) return sdk::fail("events.closed", "The host is stopping.");
    envelope.hop = current_hop;
    if (envelope.hop > kMaxHops) return sdk::fail("events.too_deep", "Events caused each other more than 16 times.");
    if (envelope.id.empty()) envelope.id = make_uuid();
    if (envelope.publisher.empty()) envelope.publisher = state_->publisher;
    if (state_->clock != nullptr && envelope.occurred_at == Instant{}) envelope.occurred_at = state_->clock->now();
    const auto type = envelope.type.text();
    const auto shared = std::make_shared<const Envelope>(std::move(envelope));
    state_->published.push_back(shared);
    for (const auto& subscription : state_->subscriptions) {
        if (subscription->event != type) continue;
        if (subscription->waiting.size() >= subscription->options.capacity) {
            ++state_->dropped;
            if (subscription->options.overflow == Overflow::drop_newest || subscription->waiting.empty()) continue;
            subscription->waiting.pop_front();
        }
        subscription->waiting.push_back(shared);
    }
    return ok();
}

Registration RecordedEvents::subscribe(std::string_view event, const SubscriptionOptions& options, Handler handler) {
    auto subscription = std::make_shared<State::Subscription>();
    subscription->event = std::string(event);
    subscription->options = options;
    subscription->handler = std::move(handler);
    std::lock_guard lock(state_->mutex);
    subscription->id = state_->next_id++;
    state_->subscriptions.push_back(subscription);
    return Registration([weak = std::weak_ptr(state_), id = subscription->id] {
        const auto state = weak.lock();
        if (!state) return;
        std::lock_guard inner(state->mutex);
        std::erase_if(state->subscriptions, [id](const auto& one) { return one->id == id; });
    });
}

std::vector<std::shared_ptr<const Envelope>> RecordedEvents::all() const {
    std::lock_guard lock(state_->mutex);
    return state_->published;
}

std::size_t RecordedEvents::deliver() {
    struct HopScope {
        unsigned before = current_hop;
        ~HopScope() { current_hop = before; }
    } scope;
    std::size_t count = 0;
    for (auto [subscription, envelope] = state_->take(); envelope; std::tie(subscription, envelope) = state_->take()) {
        current_hop = envelope->hop + 1;
        subscription->handler(envelope);
        ++count;
    }
    return count;
}

std::size_t RecordedEvents::subscriptions() const {
    std::lock_guard lock(state_->mutex);
    return state_->subscriptions.size();
}

std::size_t RecordedEvents::dropped() const {
    std::lock_guard lock(state_->mutex);
    return state_->dropped;
}

void RecordedEvents::close() {
    std::lock_guard lock(state_->mutex);
    state_->closed = true;
}

void RecordedEvents::withdraw_all() {
    std::vector<std::shared_ptr<State::Subscription>> gone;  // dies after the lock
    std::lock_guard lock(state_->mutex);
    gone.swap(state_->subscriptions);
}

void RecordedEvents::clear() {
    std::lock_guard lock(state_->mutex);
    state_->published.clear();
}

}  // namespace whatsflow::sdk::testing
