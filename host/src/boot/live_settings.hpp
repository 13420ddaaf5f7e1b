/// \file
/// Live updates as the configuration and the core say: settings and collaborators of the gateway.
#pragma once

#include "boot/core.hpp"
#include "realtime/settings.hpp"

namespace whatsflow::boot {

realtime::Settings live_settings(const config::Configuration& configuration);
/// What it refers to lives as long as the core.
realtime::Dependencies live_dependencies(Core& core);

}  // namespace whatsflow::boot
