/// \file
/// Stops calling a destination that keeps failing, and tries it again with one call.
///
/// Closed: calls pass. After so many failures in a row: open, calls are refused for a while.
/// Then half-open: one call probes; its success closes, its failure opens again.
#pragma once

#include <chrono>
#include <cstddef>
#include <mutex>

namespace whatsflow::net {

/// [thread-safe] Time is handed in, so that nobody has to wait in a test.
class CircuitBreaker {
public:
    using Time = std::chrono::steady_clock::time_point;
    enum class State { closed, open, half_open };

    CircuitBreaker(std::size_t failures_to_open, std::chrono::milliseconds open_for)
        : failures_to_open_(failures_to_open), open_for_(open_for) {}

    /// False: do not call. After true, exactly one of the other three has to follow.
    bool try_enter(Time now);
    void succeeded();
    void failed(Time now);
    /// The call said nothing about the destination, such as one that never left.
    void abandoned();

    State state(Time now) const;

private:
    State state_locked(Time now) const;

    const std::size_t failures_to_open_;
    const std::chrono::milliseconds open_for_;
    mutable std::mutex mutex_;
    std::size_t failures_in_a_row_ = 0;
    Time opened_at_{};
    bool probing_ = false;
};

}  // namespace whatsflow::net
