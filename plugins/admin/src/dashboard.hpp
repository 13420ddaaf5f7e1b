/// \file
/// `/`: how the platform is, at a glance: its parts, what waits, what failed, what happened; and
/// the cards of other plugins.
#pragma once

#include "panel.hpp"

namespace whatsflow::admin {

sdk::Result<void> register_dashboard(Panel& panel);

}  // namespace whatsflow::admin
