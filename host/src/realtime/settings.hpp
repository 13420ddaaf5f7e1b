/// \file
/// What the operator and the boot code decide about live updates, and what the gateway is given.
#pragma once

#include "http/limits.hpp"
#include "metrics/registry.hpp"
#include "realtime/stream_addresses.hpp"
#include "web/site_table.hpp"

#include <whatsflow/sdk/identity.hpp>
#include <whatsflow/sdk/logger.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace whatsflow::realtime {

/// The part of the wire's limits that counts for the one request of a listener.
[[nodiscard]] inline http::Limits handshake_limits() {
    http::Limits limits;
    limits.head = 16 * 1024;
    limits.header_count = 64;
    return limits;
}

struct Settings {
    std::string address = "127.0.0.1";
    std::uint16_t port = 0;  ///< 0 takes a free one
    std::vector<web::SiteEntry> sites{};
    std::vector<std::string> trusted_proxies{};

    std::size_t connections = 10'000;           ///< 503 past it
    std::size_t connections_per_address = 512;  ///< 429 past it; this machine itself is not counted
    std::size_t streams = 5'000;                ///< of those, listeners without a session; 503 past it
    std::size_t message_bytes = 64 * 1024;      ///< of a client; 1009 past it
    std::size_t queue_bytes = 256 * 1024;       ///< for one reader; 1013 past it
    std::size_t waiting_messages = 4096;        ///< published and not handed out yet; dropped past it
    std::size_t messages_in_ten_seconds = 100;  ///< of a client; 1008 past it

    std::chrono::milliseconds handshake{10'000};    ///< connect to the answer
    std::chrono::milliseconds check_every{60'000};  ///< is the session still good?
    std::chrono::milliseconds check_timeout{5'000};
    std::chrono::milliseconds ping_after{25'000};  ///< of silence
    std::chrono::milliseconds dead_after{75'000};
    std::chrono::milliseconds stalled_after{30'000};  ///< a reader that takes nothing
    std::chrono::milliseconds linger{2'000};          ///< our last byte to the client's close
    std::chrono::milliseconds tick{250};
};

/// Handles that do nothing where nobody measures.
struct Meters {
    metrics::Counter delivered{};  ///< messages put into the queue of a page
    metrics::Counter dropped{};    ///< messages that were published faster than handed out
    metrics::Counter slow{};       ///< pages closed because they did not read
    metrics::Counter refused{};    ///< handshakes answered with anything but 101
};

struct Dependencies {
    sdk::Logger& log;
    /// [pool-thread] Who knows the people of a site. An empty handle when nobody does.
    std::function<sdk::ServiceHandle<sdk::Authenticator>(sdk::Site)> authenticator;
    /// Judges who listens to an event stream; outlives the gateway. Null where there are none.
    const StreamAddresses* streams = nullptr;
    Meters meters{};
    std::function<std::chrono::steady_clock::time_point()> now = [] { return std::chrono::steady_clock::now(); };
    std::function<sdk::Instant()> today = [] {
        return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
    };
};

}  // namespace whatsflow::realtime
