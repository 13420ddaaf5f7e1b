/// \file
/// Waiting in line, with a deadline: the one writer SQLite can have at a time.
///
/// SQLite's own waiting is a poll with growing naps and no order, which starves writers
/// under load. Here they queue inside the process and go in the order they came; only the
/// writers of other processes are left to SQLite's busy handler.
#pragma once

#include <chrono>
#include <condition_variable>
#include <list>
#include <mutex>
#include <optional>
#include <utility>

namespace whatsflow::data {

/// [thread-safe]
class Turnstile {
public:
    /// Holding one is having the turn; destroying it lets the next one through.
    class Turn {
    public:
        explicit Turn(Turnstile& turnstile) noexcept : turnstile_(&turnstile) {}
        Turn(Turn&& other) noexcept : turnstile_(std::exchange(other.turnstile_, nullptr)) {}
        Turn& operator=(Turn&&) = delete;
        ~Turn() {
            if (turnstile_ != nullptr) turnstile_->pass_on();
        }

    private:
        Turnstile* turnstile_;
    };

    /// Nothing when the deadline came first.
    [[nodiscard]] std::optional<Turn> wait_for_turn(std::chrono::steady_clock::time_point deadline);

private:
    struct Waiter {
        std::condition_variable called;
        bool has_turn = false;
    };

    void pass_on() noexcept;

    std::mutex mutex_;
    bool taken_ = false;
    std::list<Waiter*> line_;
};

}  // namespace whatsflow::data
