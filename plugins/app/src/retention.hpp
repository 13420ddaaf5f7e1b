/// \file
/// Forgets old notifications and deliveries, once a day.
#pragma once

#include "settings.hpp"

#include <whatsflow/sdk/host.hpp>

namespace whatsflow::app {

/// Registers the job and its schedule. `settings` outlives the plugin's life.
sdk::Result<void> start_retention(sdk::Host& host, const Settings& settings);

}  // namespace whatsflow::app
