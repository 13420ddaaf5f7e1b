#include "plugins/timers.hpp"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

namespace whatsflow::plugins {
namespace {

using Steady = std::chrono::steady_clock;

struct Timer {
    std::string owner;
    std::chrono::milliseconds period;
    std::function<void()> action;
    Steady::time_point due;
    std::thread::id running_on;
    bool ended = false;
};

}  // namespace

struct Timers::State {
    std::mutex mutex;
    std::condition_variable changed;
    std::condition_variable idle;
    std::vector<std::shared_ptr<Timer>> timers;
    std::vector<std::thread> threads;
    unsigned alive = 0;
    bool stopping = false;

    std::shared_ptr<Timer> next_due() const {
        std::shared_ptr<Timer> next;
        for (const auto& timer : timers)
            if (timer->running_on == std::thread::id{} && (!next || timer->due < next->due)) next = timer;
        return next;
    }

    void end(const std::shared_ptr<Timer>& timer) {
        timer->ended = true;
        std::erase(timers, timer);
        if (timer->running_on == std::thread::id{}) timer->action = nullptr;
    }

    void work() {
        std::unique_lock lock(mutex);
        while (!stopping) {
            const auto timer = next_due();
            if (!timer) {
                changed.wait(lock);
                continue;
            }
            if (timer->due > Steady::now()) {
                changed.wait_until(lock, timer->due);
                continue;
            }
            timer->running_on = std::this_thread::get_id();
            lock.unlock();
            timer->action();
            lock.lock();
            timer->running_on = {};
            timer->due = Steady::now() + timer->period;
            if (timer->ended) timer->action = nullptr;
            idle.notify_all();
            changed.notify_one();
        }
        --alive;
        idle.notify_all();
    }
};

Timers::Timers(unsigned threads) : state_(std::make_shared<State>()) {
    std::lock_guard lock(state_->mutex);
    state_->alive = std::max(1u, threads);
    for (unsigned i = 0; i < state_->alive; ++i) state_->threads.emplace_back([state = state_] { state->work(); });
}

Timers::~Timers() {
    std::unique_lock lock(state_->mutex);
    state_->stopping = true;
    state_->changed.notify_all();
    const bool clean = state_->idle.wait_for(lock, std::chrono::seconds(1), [&] { return state_->alive == 0; });
    lock.unlock();
    for (auto& thread : state_->threads) clean ? thread.join() : thread.detach();
}

sdk::Registration Timers::every(std::string owner, std::chrono::milliseconds period, std::function<void()> action) {
    period = std::max(period, std::chrono::milliseconds(1));
    auto timer =
        std::make_shared<Timer>(Timer{std::move(owner), period, std::move(action), Steady::now() + period, {}, false});
    {
        std::lock_guard lock(state_->mutex);
        state_->timers.push_back(timer);
        state_->changed.notify_one();
    }
    return sdk::Registration([timer, state = state_] {
        std::unique_lock lock(state->mutex);
        state->end(timer);
        if (timer->running_on == std::this_thread::get_id()) return;
        state->idle.wait(lock, [&] { return timer->running_on == std::thread::id{}; });
    });
}

std::size_t Timers::withdraw(const std::string& owner) {
    std::lock_guard lock(state_->mutex);
    std::vector<std::shared_ptr<Timer>> gone;
    std::ranges::copy_if(state_->timers, std::back_inserter(gone),
                         [&](const auto& timer) { return timer->owner == owner; });
    for (const auto& timer : gone) state_->end(timer);
    return gone.size();
}

}  // namespace whatsflow::plugins
