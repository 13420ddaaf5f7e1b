/// \file
/// What is remembered about one `host:port`: how many calls run, whether it keeps failing,
/// connections that wait to be used again, and the TLS session that shortens the next handshake.
#pragma once

#include "net/circuit_breaker.hpp"
#include "net/connection.hpp"

#include <deque>
#include <optional>

namespace whatsflow::net {

struct DestinationLimits {
    std::size_t most_calls = 16;  ///< at once; more are refused, so that one slow provider takes 16 threads at most
    std::size_t most_idle_connections = 8;
    std::chrono::milliseconds idle_for{5000};  ///< shorter than any server's, so that few are stale
    /// A session stands for a certificate that was verified when it began: not for too long.
    std::chrono::minutes session_for{10};
    std::size_t failures_to_open = 5;
    std::chrono::milliseconds open_for{30'000};
};

/// [thread-safe]
class Destination {
public:
    using Time = CircuitBreaker::Time;

    explicit Destination(const DestinationLimits& limits)
        : limits_(limits), breaker_(limits.failures_to_open, limits.open_for) {}

    /// A place for one more call; false when all are taken.
    bool try_occupy();
    void vacate();

    CircuitBreaker& breaker() { return breaker_; }

    /// An idle connection that is young enough and quiet.
    std::optional<Connection> take_idle(Time now);
    void keep_idle(Connection connection, Time now);

    /// Of an earlier connection, null when there is none that is young enough.
    Poco::Net::Session::Ptr session(Time now) const;
    /// A resumed session is as old as the one it continues.
    void keep_session(Poco::Net::Session::Ptr session, Handshake handshake, Time now);

    /// Nothing would be lost if this were forgotten.
    bool is_forgettable(Time now) const;

private:
    struct Idle {
        Connection connection;
        Time since;
    };

    const DestinationLimits limits_;
    CircuitBreaker breaker_;
    mutable std::mutex mutex_;
    std::size_t calls_ = 0;
    std::deque<Idle> idle_;
    Poco::Net::Session::Ptr session_;
    Time session_since_{};
};

}  // namespace whatsflow::net
