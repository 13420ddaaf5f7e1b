#include "plugins/fault_desk.hpp"

#include "plugins/platform.hpp"

#include <condition_variable>
#include <deque>
#include <mutex>

namespace whatsflow::plugins {

struct FaultDesk::State {
    std::shared_ptr<const Platform> platform;
    std::mutex mutex;
    std::condition_variable changed;
    std::deque<std::pair<std::string, std::string>> too_many;
    bool closed = false;
};

FaultDesk::FaultDesk(std::shared_ptr<const Platform> platform, Quarantine quarantine)
    : state_(std::make_shared<State>()) {
    state_->platform = std::move(platform);
    thread_ = std::thread([state = state_, quarantine = std::move(quarantine)] {
        std::unique_lock lock(state->mutex);
        for (;;) {
            state->changed.wait(lock, [&] { return state->closed || !state->too_many.empty(); });
            if (state->closed) return;
            const auto [plugin, what] = std::move(state->too_many.front());
            state->too_many.pop_front();
            lock.unlock();
            quarantine(plugin, what);
            lock.lock();
        }
    });
}

FaultDesk::~FaultDesk() {
    {
        std::lock_guard lock(state_->mutex);
        state_->closed = true;
        state_->changed.notify_all();
    }
    thread_.join();
}

std::function<void(const std::string&, std::string_view, bool)> FaultDesk::listener() const {
    return [state = state_](const std::string& plugin, std::string_view what, bool enough) {
        std::lock_guard lock(state->mutex);
        if (state->closed) return;
        state->platform->logger(plugin).error("a call into the plugin failed", {{"what", std::string(what)}});
        if (!enough) return;
        state->too_many.emplace_back(plugin, what);
        state->changed.notify_one();
    };
}

}  // namespace whatsflow::plugins
