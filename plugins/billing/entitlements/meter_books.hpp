/// \file
/// The rows of a counter that is counted in place: locked, judged, written.
#pragma once

#include "grants.hpp"

#include <set>

namespace whatsflow::billing {

/// Locks the counter's row and reads what others have counted. False: it is not there, or closed.
sdk::Result<bool> lock_counter(sdk::Transaction& tx, const sdk::CallContext& own, UsageCounter& counter);

/// Which of these events were counted already. The account's version comes from the same look.
struct SeenUsage {
    std::set<std::string> events;
    std::int64_t version = -1;
};
sdk::Result<SeenUsage> look_for_events(sdk::Transaction& tx, const sdk::CallContext& own,
                                       const std::vector<std::string>& events);
sdk::Result<void> remember_events(sdk::Transaction& tx, const sdk::CallContext& own,
                                  const std::vector<std::string>& events, sdk::Instant now);
sdk::Result<void> write_counter(sdk::Transaction& tx, const sdk::CallContext& own, const UsageCounter& counter);
/// Takes the reservations of a counter that have expired off it.
sdk::Result<void> drop_expired(sdk::Transaction& tx, const sdk::CallContext& own, UsageCounter& counter,
                               sdk::Instant now);
/// Says once for each counter, percentage and limit that it was reached.
sdk::Result<void> warn(sdk::Host& host, sdk::Transaction& tx, const sdk::CallContext& own, const UsageCounter& counter,
                       const std::vector<int>& crossed);

}  // namespace whatsflow::billing
