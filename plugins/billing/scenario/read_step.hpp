/// \file
/// One step of a story: its time, its verb and the arguments of that verb.
#pragma once

#include "story.hpp"

namespace whatsflow::billing::scenario {

/// Raises `BadFile`. A date means local midnight in the account's time zone.
Step read_step(const nlohmann::json& value, const std::string& place, const Profile& profile);

/// `2026-03-10`, `2026-03-10T08:00:00Z`, `2026-03-10T08:00:00.5+05:30`; nothing for the rest.
std::optional<sdk::Instant> read_moment(const std::string& text, const std::string& zone);

}  // namespace whatsflow::billing::scenario
