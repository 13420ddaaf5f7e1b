/// \file
/// The thread on which plugins are created, started and stopped, with a deadline.
///
/// A thread cannot be ended from outside. When a step does not come back in time, the thread
/// it runs on is written off and the next step gets a new one; what the step refers to must
/// therefore be owned by the step.
#pragma once

#include <chrono>
#include <functional>
#include <memory>

namespace whatsflow::plugins {

/// One caller at a time.
class ControlThread {
public:
    ControlThread() = default;
    ~ControlThread();
    ControlThread(const ControlThread&) = delete;
    ControlThread& operator=(const ControlThread&) = delete;

    /// Runs `step` and waits. False when it was not done by the deadline: it goes on by
    /// itself, for ever perhaps. The step must not throw.
    bool run(std::function<void()> step, std::chrono::milliseconds timeout);

    /// The calling thread is inside a step.
    static bool is_current() noexcept;

private:
    struct Worker;
    std::shared_ptr<Worker> worker_;
};

}  // namespace whatsflow::plugins
