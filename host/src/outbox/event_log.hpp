/// \file
/// The recorded events in their order: table core_outbox_events.
///
/// An event is written without a position, in its publisher's transaction. `give_positions`
/// numbers what has been committed since. Two hosts cannot do that at once (the row of
/// core_outbox_sequence is locked), so positions become visible in their order, and a reader
/// that stands at one has seen everything before it.
#pragma once

#include "background/steps.hpp"
#include "outbox/stored_event.hpp"

#include <whatsflow/sdk/time.hpp>

#include <map>
#include <vector>

namespace whatsflow::outbox {

/// [thread-safe]
class EventLog {
public:
    EventLog(sdk::Database& database, const sdk::Clock& clock, background::Steps steps)
        : database_(database), clock_(clock), steps_(std::move(steps)) {}

    sdk::Result<void> append(sdk::SqlExecutor& where, const sdk::CallContext& context, const StoredEvent& event);

    /// Returns how many events got a position, at most a few thousand.
    sdk::Result<std::int64_t> give_positions(const sdk::CallContext& context);
    /// The same for all of them inside the caller's transaction, which then holds the numbering
    /// until its end; returns the last position there is.
    sdk::Result<std::int64_t> number_all(sdk::Transaction& tx, const sdk::CallContext& context);

    /// For each type with events after `position`: its newest position.
    sdk::Result<std::map<std::string, std::int64_t>> newest_after(const sdk::CallContext& context,
                                                                  std::int64_t position);
    sdk::Result<std::vector<StoredEvent>> read(sdk::SqlExecutor& where, const sdk::CallContext& context,
                                               const std::string& type, std::int64_t after, int most);

    /// Deletes old events that no subscriber still needs; one that was not seen since
    /// `forgotten` does not count. Returns how many, at most a few hundred.
    sdk::Result<std::int64_t> purge(const sdk::CallContext& context, sdk::Instant recorded_before,
                                    sdk::Instant forgotten);

private:
    struct Numbered {
        std::int64_t given = 0;
        std::int64_t last = 0;
    };
    sdk::Result<Numbered> number(sdk::Transaction& tx, const sdk::CallContext& context);

    sdk::Database& database_;
    const sdk::Clock& clock_;
    const background::Steps steps_;
};

}  // namespace whatsflow::outbox
