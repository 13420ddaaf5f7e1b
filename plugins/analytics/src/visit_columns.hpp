/// \file
/// Rows of the table of visits.
#pragma once

#include "core/visits.hpp"

#include <whatsflow/sdk/database.hpp>

namespace whatsflow::analytics {

/// The columns that visit_of() reads; those of row_of(), in its order.
inline constexpr const char* kVisitColumns =
    "site, id, visitor, started_at, last_at, views, events, bot, entry_path, exit_path, hostname, source, medium, "
    "campaign, country, browser, system_name, device";

Visit visit_of(const sdk::Row& row);
sdk::DbValues row_of(const Visit& visit);

}  // namespace whatsflow::analytics
