/// \file
/// Time zones that a member of staff may choose: those of the time zone database of the machine.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace whatsflow::admin {

/// By name, `UTC` among them; read once. Only `UTC` where the machine has no time zone database.
const std::vector<std::string>& time_zones();
bool is_time_zone(std::string_view name);

}  // namespace whatsflow::admin
