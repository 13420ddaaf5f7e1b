/// \file
/// Which permissions do routes ask for that nobody defines? Nobody can hold those, so the
/// page is closed for ever: a name was misspelt, or the plugin that defines it does not run.
#pragma once

#include "plugins/runtime.hpp"

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace whatsflow::boot {

/// Says of each row of WebApplication::route_list() whether its permission is one that
/// somebody may hold, as `permission_defined`, which roles hold it to begin with, as `roles`
/// (sorted; none for what the host itself understands), and `when_suspended`.
void mark_permissions(nlohmann::json& route_rows, const plugins::Runtime& runtime);

/// One sentence for each permission that is asked for and not defined, after mark_permissions.
[[nodiscard]] std::vector<std::string> undefined_permissions(const nlohmann::json& route_rows);

}  // namespace whatsflow::boot
