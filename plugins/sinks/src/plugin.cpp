#include "sinks_plugin.hpp"

#include <whatsflow/sdk/plugin_entry.hpp>

WHATSFLOW_PLUGIN(whatsflow::sinks::SinksPlugin)
