#include "http/worker_pool.hpp"

#include <algorithm>
#include <thread>

namespace whatsflow::http {

struct WorkerPool::Worker {
    bool busy = false;
    bool written_off = false;
    Clock::time_point started{};
    Clock::time_point deadline{};
    std::function<void()> give_up;
    std::string owner;
};

/// Shared with the threads, because one that hangs may outlive the pool.
struct WorkerPool::State {
    struct Queued {
        Task task;
        Clock::time_point deadline;
    };

    Options options;
    mutable std::mutex mutex;
    std::condition_variable work_or_stop;
    std::condition_variable idle;
    std::deque<Queued> queue;
    std::vector<std::shared_ptr<Worker>> workers;  ///< those not written off
    std::size_t running = 0;
    std::size_t hanging = 0;
    std::size_t written_off = 0;
    bool stopped = false;
    bool watched = false;  ///< by a worker that waits for seat_free_at()

    /// When the next piece of work may begin: in the past unless enough young ones run.
    Clock::time_point seat_free_at(Clock::time_point now) const {
        std::size_t young = 0;
        auto oldest = Clock::time_point::max();
        for (const auto& worker : workers) {
            if (!worker->busy || worker->started + options.patience <= now) continue;
            ++young;
            oldest = std::min(oldest, worker->started);
        }
        const bool full = options.brisk > 0 && young >= options.brisk;
        return full ? oldest + options.patience : now;
    }

    /// Work waits, and it would begin now or nobody watches for when it may.
    bool wants_a_worker() const {
        if (queue.empty()) return false;
        const auto now = Clock::now();
        return !watched || seat_free_at(now) <= now;
    }
};

WorkerPool::WorkerPool(Options options) : state_(std::make_shared<State>()) {
    state_->options = std::move(options);
    const std::lock_guard lock(state_->mutex);
    for (std::size_t i = 0; i < std::max<std::size_t>(1, state_->options.workers); ++i) start_worker(state_);
}

WorkerPool::~WorkerPool() {
    stop();
    wait_until_idle(Clock::now() + std::chrono::seconds(3));
    // The threads hold the state; wait for those that do not hang to be out of our code.
    std::unique_lock lock(state_->mutex);
    state_->idle.wait_for(lock, std::chrono::seconds(1), [&] { return state_->workers.empty(); });
}

void WorkerPool::start_worker(const std::shared_ptr<State>& state) {
    auto worker = std::make_shared<Worker>();
    state->workers.push_back(worker);
    // Detached: a worker that hangs in somebody's code can never be joined.
    std::thread(&WorkerPool::serve, state, std::move(worker)).detach();
}

bool WorkerPool::submit(Task task) {
    bool wake = false;
    {
        const std::lock_guard lock(state_->mutex);
        if (state_->stopped || state_->queue.size() >= state_->options.queue_length) return false;
        const auto deadline = Clock::now() + task.timeout;
        state_->queue.push_back({std::move(task), deadline});
        wake = state_->wants_a_worker();
    }
    if (wake) state_->work_or_stop.notify_one();
    return true;
}

void WorkerPool::serve(std::shared_ptr<State> state, std::shared_ptr<Worker> self) {
    std::unique_lock lock(state->mutex);
    while (!self->written_off) {
        if (state->queue.empty()) {
            if (state->stopped) break;
            state->work_or_stop.wait(lock);
            continue;
        }
        const auto now = Clock::now();
        if (const auto free_at = state->seat_free_at(now); free_at > now) {
            // One watches the clock for all: whoever ends its work takes the next piece anyway.
            const bool watch = !state->watched;
            if (watch) state->watched = true;
            watch ? void(state->work_or_stop.wait_until(lock, free_at)) : state->work_or_stop.wait(lock);
            if (watch) state->watched = false;
            continue;
        }
        auto task = std::move(state->queue.front().task);
        state->queue.pop_front();
        self->busy = true;
        self->started = now;
        self->deadline = now + task.timeout;
        self->give_up = std::move(task.give_up);
        self->owner = task.owner;
        ++state->running;
        const bool more = state->wants_a_worker();
        lock.unlock();
        if (more) state->work_or_stop.notify_one();
        task.run();
        task.run = nullptr;  // what it captured is released here, not under the lock
        lock.lock();
        auto give_up = std::move(self->give_up);
        self->give_up = nullptr;
        self->busy = false;
        if (self->written_off)
            --state->hanging;
        else
            --state->running;
        state->idle.notify_all();
        lock.unlock();
        give_up = nullptr;
        lock.lock();
    }
    std::erase(state->workers, self);
    state->idle.notify_all();
}

void WorkerPool::give_up_late_work(Clock::time_point now) {
    std::vector<std::function<void()>> late;
    std::vector<std::pair<std::string, std::size_t>> reports;
    {
        const std::lock_guard lock(state_->mutex);
        std::erase_if(state_->queue, [&](State::Queued& queued) {
            if (queued.deadline > now) return false;
            late.push_back(std::move(queued.task.give_up));
            return true;
        });
        std::size_t replacements = 0;
        std::erase_if(state_->workers, [&](const std::shared_ptr<Worker>& worker) {
            if (!worker->busy || worker->deadline > now) return false;
            worker->written_off = true;
            late.push_back(std::move(worker->give_up));
            worker->give_up = nullptr;
            --state_->running;
            ++state_->hanging;
            ++state_->written_off;
            reports.emplace_back(worker->owner, state_->hanging);
            if (state_->hanging <= state_->options.written_off_limit) ++replacements;
            return true;
        });
        if (!state_->stopped)
            while (replacements-- > 0) start_worker(state_);
        if (!late.empty()) state_->idle.notify_all();
    }
    for (const auto& give_up : late)
        if (give_up) give_up();
    if (state_->options.on_written_off)
        for (const auto& [owner, hanging] : reports) state_->options.on_written_off(owner, hanging);
}

WorkerPool::Counts WorkerPool::counts() const {
    const std::lock_guard lock(state_->mutex);
    return {state_->queue.size(), state_->running, state_->hanging, state_->written_off};
}

bool WorkerPool::wait_until_idle(Clock::time_point deadline) {
    std::unique_lock lock(state_->mutex);
    return state_->idle.wait_until(lock, deadline, [&] { return state_->queue.empty() && state_->running == 0; });
}

void WorkerPool::stop() {
    std::deque<State::Queued> given_up;
    {
        const std::lock_guard lock(state_->mutex);
        state_->stopped = true;
        given_up.swap(state_->queue);
    }
    state_->work_or_stop.notify_all();
    for (const auto& queued : given_up)
        if (queued.task.give_up) queued.task.give_up();
}

}  // namespace whatsflow::http
