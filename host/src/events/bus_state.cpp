#include "events/bus_state.hpp"

#include <algorithm>
#include <charconv>

namespace whatsflow::events {
namespace {

std::int64_t steady_micros() {
    return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

}  // namespace

TopicKey read_topic(std::string_view event) {
    const auto slash = event.rfind('/');
    if (slash == std::string_view::npos) return {std::string(event), 1};
    unsigned version = 1;
    const auto digits = event.substr(slash + 1);
    std::from_chars(digits.data(), digits.data() + digits.size(), version);
    return {std::string(event.substr(0, slash)), version};
}

std::shared_ptr<const Topic::Subscribers> Bus::State::subscribers_of(const sdk::Envelope& envelope) {
    std::lock_guard lock(topics_mutex);
    auto found = topics.find(TopicView{envelope.type.name, envelope.type.version});
    if (found == topics.end())
        found = topics.try_emplace(TopicKey{std::string(envelope.type.name), envelope.type.version}).first;
    auto& publishers = found->second.publishers;
    if (std::ranges::find(publishers, envelope.publisher) == publishers.end()) publishers.push_back(envelope.publisher);
    return found->second.subscribers;
}

void Bus::State::add(std::shared_ptr<Subscription> subscription) {
    std::lock_guard lock(topics_mutex);
    auto& topic = topics[read_topic(subscription->event())];
    auto changed = std::make_shared<Topic::Subscribers>(*topic.subscribers);
    changed->push_back(std::move(subscription));
    topic.subscribers = std::move(changed);
}

void Bus::State::remove(const std::shared_ptr<Subscription>& subscription) {
    {
        std::lock_guard lock(topics_mutex);
        auto& topic = topics[read_topic(subscription->event())];
        auto changed = std::make_shared<Topic::Subscribers>(*topic.subscribers);
        std::erase(*changed, subscription);
        topic.subscribers = std::move(changed);
    }
    settled(subscription->end());
}

void Bus::State::schedule(std::shared_ptr<Subscription> subscription) {
    std::lock_guard lock(ready_mutex);
    ready.push_back(std::move(subscription));
    ++ready_size;
    // A thread that lingers sees it by itself: waking another would cost more than the event.
    if (sleeping > 0 && (!somebody_lingers || ready.size() > 1)) ready_changed.notify_one();
}

void Bus::State::settled(std::int64_t deliveries) {
    if (deliveries == 0 || waiting.fetch_sub(deliveries) != deliveries) return;
    std::lock_guard lock(ready_mutex);
    drained.notify_all();
}

void Bus::State::start_worker() {
    auto worker = std::make_shared<Worker>();
    workers.push_back(worker);
    worker->thread = std::thread([self = shared_from_this(), worker] { self->work(*worker); });
}

void Bus::State::work(Worker& worker) {
    std::unique_lock lock(ready_mutex);
    while (!worker.replaced) {
        if (ready.empty()) {
            if (stopping) break;
            ++sleeping;
            ready_changed.wait(lock, [&] { return !ready.empty() || stopping; });
            --sleeping;
            continue;
        }
        auto subscription = std::move(ready.front());
        ready.pop_front();
        --ready_size;
        worker.handling = subscription;
        worker.busy_since = steady_micros();
        lock.unlock();
        settled(subscription->run_batch());
        worker.busy_since = 0;
        if (!worker.replaced && !subscription->has_work()) linger_at(*subscription);
        const bool more = !subscription->leave();
        lock.lock();
        worker.handling.reset();
        if (more) {
            ready.push_back(std::move(subscription));
            ++ready_size;
            // Nobody was woken for what came while this thread lingered.
            if (sleeping > 0 && (worker.replaced || ready.size() > 1)) ready_changed.notify_one();
        }
    }
    worker.finished = true;
    drained.notify_all();
}

/// Events come in bursts. One thread looks out for the next one for some microseconds before it
/// lets go of its subscription, which spares the publisher a system call for each. It looks out
/// for work of the other subscriptions too.
void Bus::State::linger_at(const Subscription& subscription) {
    constexpr std::int64_t kMicros = 50;
    if (somebody_lingers.exchange(true)) return;
    const auto until = steady_micros() + kMicros;
    while (ready_size == 0 && !subscription.has_work() && steady_micros() < until) {
    }
    somebody_lingers = false;
}

/// A hanging handler cannot be ended, but it need not take the thread of the others with it.
void Bus::State::watch_for_stuck_workers() {
    std::unique_lock lock(ready_mutex);
    const auto limit = std::chrono::duration_cast<std::chrono::microseconds>(options.stuck_after);
    while (!stopping) {
        monitor_wakes.wait_for(lock, std::min(options.stuck_after, std::chrono::milliseconds(1'000)));
        const auto now = steady_micros();
        const auto current = workers;  // start_worker() adds to it
        for (const auto& worker : current) {
            const auto since = worker->busy_since.load();
            if (stopping || worker->replaced || since == 0 || now - since < limit.count()) continue;
            if (replaced >= options.max_replaced) continue;
            worker->replaced = true;
            ++replaced;
            start_worker();
            log.warn("an event handler does not come back, its thread was replaced",
                     {{"plugin", worker->handling ? worker->handling->owner() : ""},
                      {"event", worker->handling ? worker->handling->event() : ""},
                      {"replaced_threads", std::to_string(replaced)}});
        }
    }
}

std::string Bus::State::chain_of(const DeliveryPtr& cause, const sdk::Envelope& last) const {
    std::string chain = last.publisher + ": " + last.type.text();
    for (auto step = cause; step; step = step->cause)
        chain = step->envelope.publisher + ": " + step->envelope.type.text() + " > " + chain;
    return chain;
}

}  // namespace whatsflow::events
