/// \file
/// Actions that run every so often, on a few background threads.
///
/// An action never runs twice at once, and its next turn is one period after it ended, so a
/// slow action makes itself rare instead of piling up. An action that hangs keeps one thread.
#pragma once

#include <whatsflow/sdk/registration.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <string>

namespace whatsflow::plugins {

/// [thread-safe]
class Timers {
public:
    explicit Timers(unsigned threads = 3);
    /// Waits a second for running actions, then leaves their threads alone.
    ~Timers();
    Timers(const Timers&) = delete;
    Timers& operator=(const Timers&) = delete;

    /// The action must not throw. Releasing waits for it, unless from inside it.
    sdk::Registration every(std::string owner, std::chrono::milliseconds period, std::function<void()> action);
    /// Ends all of `owner` without waiting for running actions. Returns how many there were.
    std::size_t withdraw(const std::string& owner);

private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace whatsflow::plugins
