#include "landing_plugin.hpp"

#include <whatsflow/sdk/plugin_entry.hpp>

WHATSFLOW_PLUGIN(whatsflow::landing::LandingPlugin)
