/// \file
/// A fixed number of threads for work that may block, behind a bounded queue.
///
/// More threads than processors are there for work that waits: for a database, for a provider. Work
/// that computes would only be interrupted by them in turn, and finish late all of it; so `brisk`
/// pieces run at once, and the other threads step in when one has run for `patience`.
///
/// Work that outlives its timeout is given up: its worker is written off and replaced, so a hung
/// call costs a thread but never the pool. Time is passed in, so tests need no sleeping.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace whatsflow::http {

class WorkerPool {
public:
    using Clock = std::chrono::steady_clock;

    struct Task {
        std::function<void()> run;  ///< must not throw
        /// Called instead of, or while, `run` hangs: on the thread that calls give_up_late_work().
        std::function<void()> give_up;
        std::chrono::milliseconds timeout{10'000};
        std::string owner{};
    };

    struct Options {
        std::size_t workers = 8;
        std::size_t queue_length = 256;
        std::size_t brisk = 0;  ///< pieces of work that run at once while they are young; 0: every worker
        std::chrono::milliseconds patience{3};
        /// Past so many workers that hang at once, nothing is replaced any more.
        std::size_t written_off_limit = 8;
        /// Called with the owner of the work and how many workers hang now.
        std::function<void(const std::string& owner, std::size_t hanging)> on_written_off{};
    };

    struct Counts {
        std::size_t queued = 0;
        std::size_t running = 0;      ///< of work not given up
        std::size_t hanging = 0;      ///< written off and not back yet
        std::size_t written_off = 0;  ///< ever
    };

    explicit WorkerPool(Options options);
    WorkerPool(const WorkerPool&) = delete;
    WorkerPool& operator=(const WorkerPool&) = delete;
    /// Gives up what is queued and waits a moment for what runs; a hanging worker is left behind.
    ~WorkerPool();

    /// False when the queue is full or the pool has been stopped.
    [[nodiscard]] bool submit(Task task);

    /// Gives up all work, queued or running, whose time is over at `now`.
    void give_up_late_work(Clock::time_point now);

    [[nodiscard]] Counts counts() const;
    /// Waits until nothing is queued or running. False when `deadline` came first.
    bool wait_until_idle(Clock::time_point deadline);
    /// Takes nothing more; queued work is given up. Idempotent.
    void stop();

private:
    struct Worker;
    struct State;
    static void serve(std::shared_ptr<State> state, std::shared_ptr<Worker> self);
    static void start_worker(const std::shared_ptr<State>& state);

    std::shared_ptr<State> state_;
};

}  // namespace whatsflow::http
