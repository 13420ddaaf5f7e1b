/// \file
/// When something happened, by the sender's clock put right.
///
///     corrected(timestamp, sent_at, received)   // timestamp + (received - sent_at)
///
/// What would lie more than 23 hours ahead counts when it was received: there is no tomorrow.
#pragma once

#include <whatsflow/sdk/time.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace whatsflow::analytics {

/// ISO 8601 with date and time, or a date alone (midnight); without a zone it is UTC. Years 1970 to 9999.
std::optional<sdk::Instant> read_instant(std::string_view text);

sdk::Instant corrected(std::optional<sdk::Instant> timestamp, std::optional<sdk::Instant> sent_at,
                       sdk::Instant received);

inline constexpr std::int64_t kSecond = 1'000'000;
inline constexpr std::int64_t kHour = 3600 * kSecond;
inline constexpr std::int64_t kDay = 24 * kHour;

/// `2026-11-26` of an instant in UTC, and `20261126` for names.
std::string day_text(std::int64_t at);
std::string compact_day(std::int64_t at);

}  // namespace whatsflow::analytics
