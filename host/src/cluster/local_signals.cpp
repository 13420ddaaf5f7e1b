#include "cluster/local_signals.hpp"

#include <map>
#include <mutex>
#include <thread>
#include <vector>

namespace whatsflow::cluster {
namespace {

/// Its mutex is held while it is called, so that its end can wait for a running call. Recursive:
/// a callback may publish, or end its own registration.
struct Subscriber {
    explicit Subscriber(Signals::Callback given) : callback(std::move(given)) {}

    void call(const std::string& text) {
        const std::lock_guard lock(mutex);
        if (active) callback(text);
    }
    void end() {
        const std::lock_guard lock(mutex);
        active = false;
    }

    std::recursive_mutex mutex;
    bool active = true;
    const Signals::Callback callback;
};

}  // namespace

struct LocalSignals::State {
    std::mutex mutex;
    std::multimap<std::string, std::shared_ptr<Subscriber>> subscribers;
};

LocalSignals::LocalSignals() : state_(std::make_shared<State>()) {}

void LocalSignals::publish(const std::string& topic, const std::string& text) {
    std::vector<std::shared_ptr<Subscriber>> hearing;
    {
        const std::lock_guard lock(state_->mutex);
        const auto [first, last] = state_->subscribers.equal_range(topic);
        for (auto it = first; it != last; ++it) hearing.push_back(it->second);
    }
    for (const auto& subscriber : hearing) subscriber->call(text);
}

sdk::Registration LocalSignals::subscribe(const std::string& topic, Callback callback) {
    auto subscriber = std::make_shared<Subscriber>(std::move(callback));
    {
        const std::lock_guard lock(state_->mutex);
        state_->subscribers.emplace(topic, subscriber);
    }
    return sdk::Registration([state = state_, subscriber] {
        {
            const std::lock_guard lock(state->mutex);
            std::erase_if(state->subscribers, [&](const auto& entry) { return entry.second == subscriber; });
        }
        subscriber->end();
    });
}

}  // namespace whatsflow::cluster
