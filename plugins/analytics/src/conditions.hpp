/// \file
/// What SQL says of a selection, but for its time: ` site IN (?, ?) AND name IN (?) AND bot = 0`.
#pragma once

#include "built_in_store.hpp"

namespace whatsflow::analytics {

struct Condition {
    std::string sql;
    sdk::DbValues values;

    /// The values, and those that follow them.
    sdk::DbValues with(const sdk::DbValues& more) const;
};

/// A dimension, and where it lies: in events, in visits (empty: not there).
struct Column {
    std::string_view dimension;
    std::string_view of_events, of_visits;
};
/// Nothing for a dimension that is none.
const Column* column_of(std::string_view dimension);

Condition condition_of_sites(const Asked& asked);
/// Over a table of events.
Condition condition_of(const Asked& asked);
/// Over that of visits; nothing when the selection says what visits do not know.
std::optional<Condition> condition_of_visits(const Asked& asked);
/// Over sums, which tell no more apart than bots.
std::string condition_of_sums(Bots bots);

/// Only the events themselves know.
bool needs_events(const Asked& asked);

/// As many rows as one answer may have, and some room.
inline constexpr std::int64_t kMostDifferent = 90'000;

}  // namespace whatsflow::analytics
