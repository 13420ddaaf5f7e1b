/// \file
/// From checked values to the struct the host works with: works out what depends on other
/// keys (addresses of sites, threads by cores) and checks what spans several keys.
#pragma once

#include "config/configuration.hpp"
#include "config/key_reader.hpp"

namespace whatsflow::config {

Configuration to_configuration(EffectiveKeys keys, const LoadRequest& request, Problems& problems);

}  // namespace whatsflow::config
