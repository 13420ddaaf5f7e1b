/// \file
/// The routes the host answers itself, on every site: is it alive, is it ready, what may
/// robots read; on the api site also its metrics and its description. Ordinary routes of the owner `host`.
#pragma once

#include "web/dependencies.hpp"
#include "web/router.hpp"

#include <atomic>
#include <vector>

namespace whatsflow::web {

inline constexpr std::string_view kHostOwner = "host";

/// `routed` are the plugins' routes: where one of them serves /robots.txt, the host does not.
/// What is referred to must live as long as the routes.
[[nodiscard]] std::vector<RouteEntry> make_host_routes(const WebDependencies& dependencies, const SiteTable& sites,
                                                       const std::atomic<bool>& draining,
                                                       const std::vector<RouteEntry>& routed);

/// Probes come by address, without a host name, and are never counted against a limit.
[[nodiscard]] bool is_probe(std::string_view path) noexcept;

}  // namespace whatsflow::web
