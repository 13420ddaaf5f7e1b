/// \file
/// Hands accepted events to every sink there is: a cursor each, back-off each, a switch each.
///
/// A sink reads the spool behind its own cursor, so a slow one holds up nobody but the spool's room;
/// what the bound pushes out is lost for it and counted there. Offered is what the sink asks for: with
/// the consent it needs, not too old, no bots, nobody who was forgotten. The first time a sink is seen it begins with
/// what comes from now on. Switched off, it is offered nothing, and what happens meanwhile is never sent.
#pragma once

#include "intake.hpp"
#include "sites.hpp"
#include "tombstones.hpp"

#include <whatsflow/sdk/analytics_sink.hpp>

namespace whatsflow::analytics {

struct SinkState {
    std::string name;
    bool is_on = true;
    std::int64_t sent = 0, rejected = 0, failures = 0;
    std::int64_t retry_at = 0;
    std::string message;              ///< of the last failure
    std::uint64_t waiting_bytes = 0;  ///< in this program's spool, not sent yet
};

class FanOut {
public:
    FanOut(sdk::Host& host, const Sites& sites, Intake& intake, Tombstones& tombstones)
        : host_(host), sites_(sites), intake_(intake), tombstones_(tombstones) {}

    /// [background thread] One round over all sinks that are there and not waiting.
    sdk::Result<void> run(const sdk::CallContext& context);
    sdk::Result<std::vector<SinkState>> states(const sdk::CallContext& context) const;
    sdk::Result<void> turn(sdk::SqlExecutor& where, const sdk::CallContext& context, const std::string& name, bool on);

private:
    /// Keeps in the spool what sinks have not had before the program ended.
    sdk::Result<void> remember(const sdk::CallContext& context);

    using Sink = sdk::ServiceHandle<sdk::AnalyticsSink>;
    sdk::Result<void> serve(const sdk::CallContext& context, const Sink& sink, SinkState state);
    sdk::Result<std::optional<Spool::Cursor>> cursor_of(const sdk::CallContext& context, const std::string& name) const;
    sdk::Result<void> save(const sdk::CallContext& context, const SinkState& state, const Spool::Cursor& cursor);

    sdk::Host& host_;
    const Sites& sites_;
    Intake& intake_;
    Tombstones& tombstones_;
    std::map<std::int64_t, ListedSite> known_sites_;
    std::set<std::string> awaited_;  ///< sinks of an earlier run that have not come yet
    sdk::Instant awaited_until_{};
    bool remembered_ = false;
};

/// A pause that doubles with each failure in a row, from two seconds to ten minutes.
sdk::Milliseconds pause_after(std::int64_t failures);

}  // namespace whatsflow::analytics
