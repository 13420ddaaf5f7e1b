/// \file
/// Moments as rows of the host's boards and fields of forms hold them.
#pragma once

#include <whatsflow/sdk/time.hpp>

#include <nlohmann/json.hpp>

#include <optional>
#include <string>

namespace whatsflow::admin {

/// Microseconds, RFC 3339 in UTC, or nothing: what rows of the host's boards hold.
std::optional<sdk::Instant> instant_of(const nlohmann::json& value);
/// The same for a template: microseconds or null.
nlohmann::json micros_of(const nlohmann::json& value);

/// `2026-03-10` or `2026-03-10T08:00`, as a browser's date fields send them, in UTC.
std::optional<sdk::Instant> instant_from_field(const std::string& text);
/// The same, for showing it in the field again: `2026-03-10T08:00`.
std::string field_from_instant(sdk::Instant at);

}  // namespace whatsflow::admin
