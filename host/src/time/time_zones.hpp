/// \file
/// What the clock on the wall shows somewhere: an instant in an IANA time zone.
///
///     const auto wall = wall_clock(instant, "Asia/Colombo");  // nothing for a zone that is unknown
#pragma once

#include <whatsflow/sdk/time.hpp>

#include <optional>
#include <string_view>

namespace whatsflow::time {

/// The instant moved so that its UTC date and hour are those of the zone. For showing only.
std::optional<sdk::Instant> wall_clock(sdk::Instant instant, std::string_view zone);

}  // namespace whatsflow::time
