/// \file
/// `/staff`: who may sign in to the panel, and what super admins do about it.
#pragma once

#include "panel.hpp"

namespace whatsflow::admin {

sdk::Result<void> register_staff_pages(Panel& panel);

}  // namespace whatsflow::admin
