/// \file
/// Live updates to open pages.
///
///     realtime.call(&Realtime::publish, RealtimeMessage{"user:" + id, "notification", {{"title", …}}});
///
/// A page that is open receives what is published to its own channels: `user:ID` and
/// `tenant:ID` of its session, `staff` and `staff:ID` in the admin panel. Nothing is kept:
/// a page that was not open asks the database. Works across hosts when Redis is configured.
#pragma once

#include <whatsflow/sdk/service.hpp>

#include <nlohmann/json.hpp>

#include <string>

namespace whatsflow::sdk {

struct RealtimeMessage {
    std::string channel;
    std::string event;  ///< `notification`, `jobs.changed`
    nlohmann::json data = nlohmann::json::object();  ///< at most 16 KiB as text
};

/// [any thread] Never blocks: a slow reader loses its connection, not the publisher its time.
class Realtime : public Service {
public:
    static constexpr ServiceId kId{"whatsflow.realtime", 1};

    virtual Result<void> publish(const RealtimeMessage& message) = 0;

protected:
    ~Realtime() override;
};

}  // namespace whatsflow::sdk
