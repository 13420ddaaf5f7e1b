/// \file
/// `GET /v1/analytics/query`: numbers for programs, of the sites of the token's tenant.
#pragma once

#include "core/time_zone.hpp"

#include <whatsflow/sdk/host.hpp>

namespace whatsflow::analytics {
namespace pages {
struct AnalyticsOffice;
}

sdk::Result<void> register_query(const pages::AnalyticsOffice& office);

/// Reads a time of a request: a date begins or, as an end, ends its day in the zone; an instant is itself.
std::optional<std::int64_t> read_time(const std::string& text, bool is_end, const TimeZone& zone = {});

}  // namespace whatsflow::analytics
