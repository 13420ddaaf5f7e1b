/// \file
/// Rows of sums as tallies, and tallies as they are told.
#pragma once

#include "conditions.hpp"

namespace whatsflow::analytics {

/// By Period.
inline constexpr const char* kTablesOfSums[] = {"analytics_half_hours", "analytics_hours", "analytics_days"};

/// The columns that add_row() reads.
inline constexpr const char* kSums = "events, views, visits, bounces, seconds, visitors";
/// What SQL counts of visits: n, bounces, seconds.
inline constexpr const char* kOfVisits =
    "COUNT(*) AS n, CAST(SUM(CASE WHEN views <= 1 AND events = views THEN 1 ELSE 0 END) AS SIGNED) AS bounces, "
    "CAST(SUM((last_at - started_at - (last_at - started_at) % 1000000) / 1000000) AS SIGNED) AS seconds";
/// And of events: n, views.
inline constexpr const char* kOfEvents =
    "COUNT(*) AS n, CAST(SUM(CASE WHEN name = '$pageview' THEN 1 ELSE 0 END) AS SIGNED) AS views";

inline void add_row(Tally& tally, const sdk::Row& row) {
    tally.events += row.integer("events");
    tally.views += row.integer("views");
    tally.visits += row.integer("visits");
    tally.bounces += row.integer("bounces");
    tally.seconds += row.integer("seconds");
    tally.visitors.merge(Sketch::read(row.bytes("visitors")));
}

inline void add_events_row(Tally& tally, const sdk::Row& row) {
    tally.events += row.integer("n");
    tally.views += row.integer("views");
}

inline void add_visits_row(Tally& tally, const sdk::Row& row) {
    tally.visits += row.integer("n");
    tally.bounces += row.integer("bounces");
    tally.seconds += row.integer("seconds");
}

inline AnalyticsTally told(const Tally& tally) {
    return {tally.events,
            tally.views,
            tally.visits,
            tally.bounces,
            tally.seconds,
            tally.visitors.estimate(),
            tally.visitors.is_exact()};
}

}  // namespace whatsflow::analytics
