/// \file
/// `/events`: what kinds of events there are, which were recorded, who hears them, and those that
/// could not be delivered.
#pragma once

#include "panel.hpp"

namespace whatsflow::admin {

sdk::Result<void> register_event_pages(Panel& panel);

}  // namespace whatsflow::admin
