#include "clickhouse_plugin.hpp"

#include <whatsflow/sdk/plugin_entry.hpp>

WHATSFLOW_PLUGIN(whatsflow::clickhouse::ClickHousePlugin)
