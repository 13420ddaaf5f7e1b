#include "accounts_plugin.hpp"

#include <whatsflow/sdk/plugin_entry.hpp>

WHATSFLOW_PLUGIN(whatsflow::accounts::AccountsPlugin)
