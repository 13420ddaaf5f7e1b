/// \file
/// `GET /v1/analytics/query`: numbers for programs, of the sites of the token's tenant.
#pragma once

#include "sites.hpp"
#include "store_in_use.hpp"

namespace whatsflow::analytics {

sdk::Result<void> register_query(sdk::Host& host, Sites& sites, const StoreInUse& store);

/// Reads a time of a request: a date begins or, as an end, ends its day in the zone; an instant is itself.
std::optional<std::int64_t> read_time(const std::string& text, bool is_end, const TimeZone& zone = {});

}  // namespace whatsflow::analytics
