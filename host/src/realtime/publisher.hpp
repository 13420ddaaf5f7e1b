/// \file
/// The service that plugins publish live updates through, and its way to the pages: a signal,
/// so that pages of every node hear it.
#pragma once

#include "cluster/signals.hpp"
#include "realtime/gateway.hpp"

#include <whatsflow/sdk/realtime.hpp>

namespace whatsflow::realtime {

/// The signal: a channel, a line break, and what its listeners get.
inline constexpr const char* kTopic = "realtime";
inline constexpr std::size_t kMostData = 16 * 1024;

/// [thread-safe]
class Publisher final : public sdk::Realtime {
public:
    explicit Publisher(cluster::Signals& signals) : signals_(signals) {}
    ~Publisher() override = default;

    /// Errors: `realtime.bad_channel`, `realtime.bad_event`, `realtime.too_large`.
    sdk::Result<void> publish(const sdk::RealtimeMessage& message) override;

private:
    cluster::Signals& signals_;
};

/// From now on the gateway's pages hear what is published on any node.
[[nodiscard]] sdk::Registration hear(cluster::Signals& signals, Gateway& gateway);

}  // namespace whatsflow::realtime
