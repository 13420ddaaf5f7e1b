/// \file
/// Server-sent events for programs and pages of others, who hold a token and no session.
///
///     streams.call(&EventStreams::address, "flags.production");       // goes into an answer
///     streams.call(&EventStreams::publish, "flags.production", nlohmann::json{{"type", "changed"}});
///
/// The address is all that a listener needs, so say where to look and not what is there. Nothing is
/// kept: who comes later asks. Works across hosts when Redis is configured.
#pragma once

#include <whatsflow/sdk/service.hpp>

#include <nlohmann/json.hpp>

#include <string>

namespace whatsflow::sdk {

/// [any thread] Never blocks.
class EventStreams : public Service {
public:
    static constexpr ServiceId kId{"whatsflow.event_streams", 1};

    /// The URL where `topic` is heard: letters, digits, '.', '_' and '-', at most 128. Good for one to two
    /// days, and the same text for everybody until midnight UTC. Costs about a microsecond. Error
    /// `realtime.bad_topic`.
    virtual Result<std::string> address(const std::string& topic) = 0;
    /// Each listener gets an event `message` with `data`, at most 16 KiB as text. Errors
    /// `realtime.bad_topic`, `realtime.too_large`.
    virtual Result<void> publish(const std::string& topic, const nlohmann::json& data) = 0;

protected:
    ~EventStreams() override;
};

}  // namespace whatsflow::sdk
