/// \file
/// What the audit trail holds, as pages of the panel show it.
#pragma once

#include "page_kit.hpp"

#include <whatsflow/sdk/operations.hpp>

namespace whatsflow::admin {

/// `team.role_changed` → the text of `admin.actions.team.role_changed`, or `Team: role changed`.
std::string action_text(const std::string& action, const Words& words);

/// Who it was, as the trail names people: `Nimal Perera <nimal@example.com>` is a name and an address.
struct ActorName {
    std::string name;
    std::string email{};
};
ActorName actor_name(const std::string& label);

/// Changed fields of an entry, for the theme's `diff`: [{"field", "before", "after"}].
nlohmann::json changes_of(const nlohmann::json& before, const nlohmann::json& after);

/// The newest entries for the theme's `timeline`; null when the trail cannot be read.
nlohmann::json recent_activity(Panel& panel, const sdk::Request& request, const sdk::AuditTrail::Filter& filter,
                               int limit);

}  // namespace whatsflow::admin
