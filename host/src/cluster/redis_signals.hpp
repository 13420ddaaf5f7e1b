/// \file
/// Signals between nodes through Redis' publish and subscribe, with two threads of their own:
/// one sends, one hears.
///
/// While Redis is away every node goes on by itself: signals reach its own subscribers and are
/// not kept for others. One log line says when that begins and one when it is over; then the
/// signal `kRejoined` tells subscribers that some may have been missed.
#pragma once

#include "cluster/local_signals.hpp"
#include "cluster/redis_address.hpp"

#include <whatsflow/sdk/logger.hpp>

#include <chrono>
#include <memory>

namespace whatsflow::cluster {

/// Topic: signals of other nodes may have been missed until now. Its text is empty.
inline constexpr const char* kRejoined = "cluster.rejoined";

struct RedisSignalsOptions {
    RedisAddress address{};
    std::chrono::milliseconds heartbeat{1'000};       ///< of each node, so that silence means trouble
    std::chrono::milliseconds patience{3'000};        ///< for a connection, an answer or a heartbeat
    std::chrono::milliseconds longest_pause{10'000};  ///< between attempts to reach it again
    std::size_t most_waiting = 4'096;                 ///< signals not sent yet; past it they are dropped
};

class RedisSignals final : public Signals {
public:
    RedisSignals(RedisSignalsOptions options, sdk::Logger& log);
    /// Ends both threads: at once, or after the patience when Redis hangs.
    ~RedisSignals() override;

    void publish(const std::string& topic, const std::string& text) override;
    [[nodiscard]] sdk::Registration subscribe(const std::string& topic, Callback callback) override;

    /// Other nodes hear this one, and it hears them.
    [[nodiscard]] bool connected() const;
    /// Nodes heard from lately, this one included.
    [[nodiscard]] std::size_t nodes() const;

private:
    class Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace whatsflow::cluster
