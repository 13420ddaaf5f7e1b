#include "events/bus.hpp"

#include "events/bus_state.hpp"

#include <algorithm>

namespace whatsflow::events {

Bus::Bus(sdk::Logger& log, const sdk::Clock& clock, BusOptions options)
    : state_(std::make_shared<State>(log, clock, options)) {
    std::lock_guard lock(state_->ready_mutex);
    for (unsigned i = 0; i < std::max(1u, options.threads); ++i) state_->start_worker();
    state_->monitor = std::thread([state = state_] { state->watch_for_stuck_workers(); });
}

Bus::~Bus() {
    close(std::chrono::milliseconds(1'000));
}

sdk::Result<void> Bus::publish(sdk::Envelope envelope) noexcept {
    try {
        if (state_->closed) return sdk::fail("events.closed", "Events are not taken any more: the server is stopping.");
        if (envelope.publisher.empty()) envelope.publisher = "host";
        const DeliveryPtr& cause = current_delivery();
        if (cause) envelope.hop = cause->envelope.hop + 1;
        if (envelope.hop > kMaxHops) {
            state_->log.error("events cause each other without end; the last one was refused",
                              {{"chain", state_->chain_of(cause, envelope)}});
            return sdk::fail("events.too_deep", "Event " + envelope.type.text() +
                                                    " was refused: " + std::to_string(kMaxHops) +
                                                    " events led to it; the log has the chain.");
        }
        const auto subscribers = state_->subscribers_of(envelope);
        if (subscribers->empty()) return sdk::ok();
        if (envelope.id.empty()) envelope.id = sdk::make_uuid();
        if (envelope.occurred_at == sdk::Instant{}) envelope.occurred_at = state_->clock.now();
        const auto delivery = std::make_shared<const Delivery>(std::move(envelope), cause);
        for (const auto& subscription : *subscribers) {
            state_->waiting.fetch_add(1);  // before the offer: a thread may be quicker than we are
            const auto offered = subscription->offer(delivery);
            if (offered.waiting < 1) state_->settled(1 - offered.waiting);
            if (offered.schedule) state_->schedule(subscription);
            if (offered.dropped) ++state_->dropped;
            if (offered.first_drop)
                state_->log.warn("a subscriber does not keep up, events are dropped",
                                 {{"plugin", subscription->owner()}, {"event", subscription->event()}});
        }
        return sdk::ok();
    } catch (...) {
        return sdk::fail("events.failed", "The event could not be queued: the server is out of memory.");
    }
}

sdk::Registration Bus::subscribe(std::string_view event, const sdk::SubscriptionOptions& options, Handler handler) {
    return subscribe("host", event, options, std::move(handler), [this, name = std::string(event)](auto what) {
        state_->log.error("an event handler of the host failed", {{"event", name}, {"what", std::string(what)}});
    });
}

sdk::Registration Bus::subscribe(std::string owner, std::string_view event, const sdk::SubscriptionOptions& options,
                                 Handler handler, FaultSink on_fault) {
    const auto topic = read_topic(event);
    auto subscription =
        std::make_shared<Subscription>(std::move(owner), topic.name + "/" + std::to_string(topic.version), options,
                                       std::move(handler), std::move(on_fault));
    state_->add(subscription);
    return sdk::Registration([subscription, weak = std::weak_ptr(state_)] {
        if (auto state = weak.lock()) state->remove(subscription);
        subscription->end();
        subscription->wait_until_idle();
    });
}

std::size_t Bus::withdraw(const std::string& owner) {
    Topic::Subscribers gone;
    {
        std::lock_guard lock(state_->topics_mutex);
        for (const auto& [key, topic] : state_->topics)
            for (const auto& subscription : *topic.subscribers)
                if (subscription->owner() == owner) gone.push_back(subscription);
    }
    for (const auto& subscription : gone) state_->remove(subscription);
    return gone.size();
}

void Bus::declare(const std::string& publisher, std::string_view event, std::string_view delivery) {
    std::lock_guard lock(state_->topics_mutex);
    auto& topic = state_->topics[read_topic(event)];
    if (std::ranges::find(topic.publishers, publisher) == topic.publishers.end()) topic.publishers.push_back(publisher);
    if (topic.delivery != "outbox") topic.delivery = delivery;
}

void Bus::declare_durable(const std::string& owner, std::string_view event) {
    std::lock_guard lock(state_->topics_mutex);
    auto& topic = state_->topics[read_topic(event)];
    topic.durable.push_back(owner);
    topic.delivery = "outbox";
}

void Bus::withdraw_durable(const std::string& owner) {
    std::lock_guard lock(state_->topics_mutex);
    for (auto& [key, topic] : state_->topics) std::erase(topic.durable, owner);
}

std::vector<EventInfo> Bus::list() const {
    std::vector<EventInfo> all;
    {
        std::lock_guard lock(state_->topics_mutex);
        for (const auto& [key, topic] : state_->topics) {
            EventInfo info{key.name, key.version, topic.publishers, {}, topic.delivery};
            for (const auto& subscription : *topic.subscribers)
                info.subscribers.push_back({subscription->owner(), subscription->counters()});
            for (const auto& owner : topic.durable) info.subscribers.push_back({owner, {}});
            if (!info.publishers.empty() || !info.subscribers.empty()) all.push_back(std::move(info));
        }
    }
    for (auto& info : all) std::ranges::sort(info.publishers);
    for (auto& info : all) std::ranges::sort(info.subscribers, {}, &SubscriberInfo::owner);
    std::ranges::sort(
        all, [](const auto& a, const auto& b) { return std::tie(a.name, a.version) < std::tie(b.name, b.version); });
    return all;
}

std::size_t Bus::subscription_count() const {
    std::lock_guard lock(state_->topics_mutex);
    std::size_t count = 0;
    for (const auto& [key, topic] : state_->topics) count += topic.subscribers->size();
    return count;
}

std::uint64_t Bus::dropped() const noexcept {
    return state_->dropped;
}

bool Bus::drain(std::chrono::milliseconds timeout) {
    std::unique_lock lock(state_->ready_mutex);
    return state_->drained.wait_for(lock, timeout, [&] { return state_->waiting == 0; });
}

bool Bus::close(std::chrono::milliseconds timeout) {
    if (state_->closed.exchange(true) && !state_->monitor.joinable()) return true;
    const auto deadline = std::chrono::steady_clock::now() + timeout;
    drain(timeout);
    std::vector<std::shared_ptr<Subscription>> left;
    {
        std::lock_guard lock(state_->topics_mutex);
        for (const auto& [key, topic] : state_->topics)
            left.insert(left.end(), topic.subscribers->begin(), topic.subscribers->end());
    }
    for (const auto& subscription : left) state_->remove(subscription);

    std::unique_lock lock(state_->ready_mutex);
    state_->stopping = true;
    state_->ready_changed.notify_all();
    state_->monitor_wakes.notify_all();
    state_->drained.wait_until(lock, deadline, [&] {
        return std::ranges::all_of(state_->workers, [](const auto& worker) { return worker->finished; });
    });
    const auto workers = state_->workers;
    bool clean = true;
    for (const auto& worker : workers) {
        const bool finished = worker->finished;
        lock.unlock();
        finished ? worker->thread.join() : worker->thread.detach();
        lock.lock();
        clean = clean && finished;
    }
    lock.unlock();
    if (state_->monitor.joinable()) state_->monitor.join();
    return clean;
}

}  // namespace whatsflow::events
