/// \file
/// The service that plugins tell strangers' programs something through: addresses to listen at, and
/// what is said there, as a signal, so that listeners of every node hear it.
#pragma once

#include "cluster/signals.hpp"
#include "realtime/stream_addresses.hpp"

#include <whatsflow/sdk/event_streams.hpp>

namespace whatsflow::realtime {

/// [thread-safe]
class StreamPublisher final : public sdk::EventStreams {
public:
    StreamPublisher(cluster::Signals& signals, StreamAddresses addresses, const sdk::Clock& clock)
        : signals_(signals), addresses_(std::move(addresses)), clock_(clock) {}
    ~StreamPublisher() override = default;

    sdk::Result<std::string> address(const std::string& topic) override;
    sdk::Result<void> publish(const std::string& topic, const nlohmann::json& data) override;

    [[nodiscard]] const StreamAddresses& addresses() const { return addresses_; }

private:
    cluster::Signals& signals_;
    const StreamAddresses addresses_;
    const sdk::Clock& clock_;
};

}  // namespace whatsflow::realtime
