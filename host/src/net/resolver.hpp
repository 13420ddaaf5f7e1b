/// \file
/// Names into addresses, within a deadline.
///
/// The system's resolver waits as long as it likes and cannot be interrupted. So it is asked on
/// threads of our own, a few at most; the caller leaves at its deadline and the answer, when it
/// comes, serves the next one. Answers are kept for half a minute.
#pragma once

#include <Poco/Net/IPAddress.h>

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace whatsflow::net {

/// [thread-safe]
class Resolver {
public:
    using Addresses = std::vector<Poco::Net::IPAddress>;
    using Time = std::chrono::steady_clock::time_point;

    struct Options {
        /// Asks the system when empty. An empty answer or an exception: there is no such name.
        std::function<Addresses(const std::string& host)> look_up{};
        std::chrono::milliseconds keep_for{30'000};
        std::size_t most_kept = 512;
        /// Look-ups at once. More wait for their turn, no longer than their deadline.
        std::size_t most_threads = 8;
        /// The time of what is kept; steady_clock when empty. For tests.
        std::function<Time()> now{};
    };

    explicit Resolver(Options options);
    /// A look-up that hangs keeps its thread, which touches nothing of ours when it comes back.
    ~Resolver();
    Resolver(const Resolver&) = delete;
    Resolver& operator=(const Resolver&) = delete;

    /// Never empty. Throws TransportError: `unreachable` for an unknown name, `timed_out` at the
    /// deadline. An address in figures is its own answer.
    Addresses resolve(const std::string& host, Time deadline);

    /// None of its addresses answered: ask again next time.
    void forget(const std::string& host);

private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace whatsflow::net
