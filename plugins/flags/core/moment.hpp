/// \file
/// Reads a moment as clients write it: `2022-01-29T13:00:00.000Z`, with an offset, or a date alone.
#pragma once

#include <whatsflow/sdk/time.hpp>

#include <optional>
#include <string_view>

namespace whatsflow::flags {

/// Nothing for what is no moment. Without an offset it is UTC.
std::optional<sdk::Instant> parse_moment(std::string_view text);

}  // namespace whatsflow::flags
