/// \file
/// What the configuration means for the web layer.
#pragma once

#include "config/configuration.hpp"
#include "metrics/registry.hpp"
#include "plugins/runtime.hpp"
#include "web/dependencies.hpp"
#include "web/router.hpp"

#include <array>
#include <functional>
#include <vector>

namespace whatsflow::boot {

inline constexpr std::array kAllSites{sdk::Site::landing, sdk::Site::app, sdk::Site::admin, sdk::Site::api};

web::WebOptions web_options(const config::Configuration& configuration);

/// Where pages hear what is new: in production on their own host, behind the proxy; in
/// development on the port itself.
web::LiveUpdates live_updates(const config::Configuration& configuration, sdk::Site site);
/// The origin of event streams, the same way: the host of the api site, or the port itself.
std::string streams_origin(const config::Configuration& configuration);

/// The routes of the running plugins, and the style guide in development.
std::vector<web::RouteEntry> web_routes(const plugins::Runtime& runtime, bool development);

/// Counts requests by site, plugin, route and status class, and times them.
std::function<void(const web::RequestRecord&)> request_observer(metrics::Registry& registry);

}  // namespace whatsflow::boot
