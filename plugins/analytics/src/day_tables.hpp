/// \file
/// One table of events for each day in UTC, so that a day goes by dropping it; beside it one with the
/// events of some visitors (core/sample.hpp), for questions that would look at too many. Its key begins with the part
/// of the visitors and the name: whoever looks at few reads few.
///
/// What happened long before it came (over 400 days) lies together in one table, or somebody with a
/// token could make a table for every day since 1970. Ids that senders gave lie in tables by the day
/// of receipt: a repeated id is recognised for two to three days.
#pragma once

#include "core/event_time.hpp"

#include <whatsflow/sdk/host.hpp>

#include <mutex>
#include <set>
#include <string>
#include <vector>

namespace whatsflow::analytics {

class DayTables {
public:
    explicit DayTables(sdk::Host& host) : host_(host) {}

    /// The table for an event, made when it is not there. Not inside a transaction: MariaDB would commit it.
    sdk::Result<std::string> for_event(const sdk::CallContext& context, std::int64_t occurred_at,
                                       std::int64_t received_at);
    /// Tables that may hold ids of events received now; the first is the one to add to.
    sdk::Result<std::vector<std::string>> for_ids(const sdk::CallContext& context, std::int64_t received_at);
    /// Tables with events of [from, to), oldest first.
    sdk::Result<std::vector<std::string>> holding(const sdk::CallContext& context, std::int64_t from,
                                                  std::int64_t to) const;
    /// The tables beside those of holding(); fewer where an older version made the days.
    sdk::Result<std::vector<std::string>> samples(const sdk::CallContext& context, std::int64_t from,
                                                  std::int64_t to) const;
    /// The name of the table beside one of events.
    static std::string sample_of(const std::string& events);
    /// Drops tables of events before, and of ids before. How many went.
    sdk::Result<int> drop_before(const sdk::CallContext& context, std::int64_t events_before, std::int64_t ids_before);

    static constexpr std::int64_t kToldApart = 400 * kDay;
    static constexpr const char* kOldEvents = "analytics_events_old";

private:
    sdk::Result<void> make(const sdk::CallContext& context, const std::string& name, const char* kind,
                           std::int64_t day_at);
    sdk::Result<std::vector<std::string>> names(const sdk::CallContext& context, const char* kind, std::int64_t from,
                                                std::int64_t to) const;

    sdk::Host& host_;
    mutable std::mutex mutex_;
    std::set<std::string> known_;
};

}  // namespace whatsflow::analytics
