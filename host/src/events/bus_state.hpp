/// \file
/// The inside of the bus: topics, the queue of subscriptions that have work, the threads.
///
/// It is shared by the bus and its threads, so that a thread that never comes back from a
/// handler can be left alone without pulling memory from under it.
#pragma once

#include "events/bus.hpp"

#include <atomic>
#include <deque>
#include <map>
#include <unordered_map>

namespace whatsflow::events {

struct Topic {
    using Subscribers = std::vector<std::shared_ptr<Subscription>>;
    /// Replaced, never changed: publishers read it without the lock.
    std::shared_ptr<const Subscribers> subscribers = std::make_shared<Subscribers>();
    std::vector<std::string> publishers;
    std::vector<std::string> durable;  ///< who hears it through the outbox
    std::string delivery = "bus";
};

struct TopicKey {
    std::string name;
    unsigned version;
};
struct TopicView {
    std::string_view name;
    unsigned version;
};
struct TopicHash {
    using is_transparent = void;
    std::size_t operator()(const TopicView& key) const noexcept {
        return std::hash<std::string_view>{}(key.name) ^ (key.version * 0x9e3779b97f4a7c15ull);
    }
    std::size_t operator()(const TopicKey& key) const noexcept { return (*this)(TopicView{key.name, key.version}); }
};
struct TopicEqual {
    using is_transparent = void;
    template <class A, class B>
    bool operator()(const A& a, const B& b) const noexcept {
        return a.version == b.version && a.name == b.name;
    }
};

/// One event thread: what it is doing and since when, for the one that looks for stuck ones.
struct Worker {
    std::thread thread;
    std::atomic<std::int64_t> busy_since{0};  ///< steady microseconds; 0 = idle
    std::atomic<bool> replaced{false};        ///< leaves as soon as its handler returns
    bool finished = false;                    ///< under State::ready_mutex
    std::shared_ptr<Subscription> handling;   ///< under State::ready_mutex
};

struct Bus::State : std::enable_shared_from_this<Bus::State> {
    State(sdk::Logger& the_log, const sdk::Clock& the_clock, BusOptions the_options)
        : log(the_log), clock(the_clock), options(the_options) {}

    sdk::Logger& log;
    const sdk::Clock& clock;
    const BusOptions options;
    std::atomic<bool> closed{false};

    mutable std::mutex topics_mutex;
    std::unordered_map<TopicKey, Topic, TopicHash, TopicEqual> topics;

    std::mutex ready_mutex;
    std::condition_variable ready_changed;
    std::condition_variable drained;
    std::condition_variable monitor_wakes;
    std::deque<std::shared_ptr<Subscription>> ready;
    std::atomic<std::size_t> ready_size{0};  ///< of `ready`, for a look without the lock
    std::atomic<bool> somebody_lingers{false};
    std::vector<std::shared_ptr<Worker>> workers;
    unsigned sleeping = 0;
    bool stopping = false;
    unsigned replaced = 0;
    std::thread monitor;

    /// Every publisher changes it; what it shares no line with stays quick to read.
    alignas(64) std::atomic<std::int64_t> waiting{0};  ///< deliveries in queues or in handlers
    std::atomic<std::uint64_t> dropped{0};

    std::shared_ptr<const Topic::Subscribers> subscribers_of(const sdk::Envelope& envelope);
    void add(std::shared_ptr<Subscription> subscription);
    void remove(const std::shared_ptr<Subscription>& subscription);
    void schedule(std::shared_ptr<Subscription> subscription);
    void settled(std::int64_t deliveries);
    void start_worker();
    void work(Worker& worker);
    void linger_at(const Subscription& subscription);
    void watch_for_stuck_workers();
    std::string chain_of(const DeliveryPtr& cause, const sdk::Envelope& last) const;
};

/// `name/version` taken apart; version 1 when there is none.
TopicKey read_topic(std::string_view event);

}  // namespace whatsflow::events
