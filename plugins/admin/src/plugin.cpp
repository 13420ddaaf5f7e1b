#include "admin_plugin.hpp"

#include <whatsflow/sdk/plugin_entry.hpp>

WHATSFLOW_PLUGIN(whatsflow::admin::AdminPlugin)
