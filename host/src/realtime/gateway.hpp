/// \file
/// Live updates: the listener of WebSockets and event streams, all that are open, and who hears what.
///
///     Gateway gateway(settings, dependencies);
///     if (auto started = gateway.start(); !started) return started.error();
///     gateway.deliver("tenant:" + id, text);   // any thread
///     gateway.stop();
#pragma once

#include "realtime/settings.hpp"

#include <whatsflow/sdk/result.hpp>

#include <memory>
#include <string>
#include <string_view>

namespace whatsflow::realtime {

class Gateway {
public:
    /// What the dependencies refer to outlives the gateway.
    Gateway(Settings settings, Dependencies dependencies);
    ~Gateway();
    Gateway(const Gateway&) = delete;
    Gateway& operator=(const Gateway&) = delete;

    /// Error `http.port_taken`, `http.cannot_listen` or `config.bad_range`.
    sdk::Result<void> start();
    /// Closes every page with 1001 and waits a moment for them. False when a check of a session
    /// hangs: then leave the process without taking its memory away. Idempotent.
    bool stop();

    /// [any thread] To every page that hears `channel`, or, as it is, to every listener of a topic. Never
    /// blocks; what is published faster than it can be handed out is dropped and counted.
    void deliver(std::string channel, std::string_view text);

    /// [any thread] Asks at once whether the pages of this session may stay.
    void session_changed(std::string session);

    /// [any thread]
    [[nodiscard]] std::size_t connections() const;
    [[nodiscard]] std::uint16_t port() const;

private:
    class Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace whatsflow::realtime
