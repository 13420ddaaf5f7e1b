/// \file
/// `/activity`: who changed what, when, from where; one entry with its before and after; CSV.
#pragma once

#include "panel.hpp"

namespace whatsflow::admin {

sdk::Result<void> register_activity_pages(Panel& panel);

}  // namespace whatsflow::admin
