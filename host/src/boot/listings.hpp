/// \file
/// What `plugins list`, `routes` and `events` show: rows made by the running server, or by a
/// look at what would run.
#pragma once

#include "events/bus.hpp"
#include "plugins/runtime.hpp"

#include <nlohmann/json.hpp>

namespace whatsflow::boot {

/// `{id, version, state, provides, needs, reason, directory}` each.
nlohmann::json plugin_rows(const plugins::Runtime& runtime);

/// `{name, version, publisher, subscribers, delivery}` each.
nlohmann::json event_rows(const events::Bus& bus);

}  // namespace whatsflow::boot
