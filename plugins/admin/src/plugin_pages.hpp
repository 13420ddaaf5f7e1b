/// \file
/// `/plugins`: what is installed, how it is, its settings.
#pragma once

#include "panel.hpp"

namespace whatsflow::admin {

sdk::Result<void> register_plugin_pages(Panel& panel);

}  // namespace whatsflow::admin
