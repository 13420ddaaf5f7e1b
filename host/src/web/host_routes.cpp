#include "web/host_routes.hpp"

namespace whatsflow::web {
namespace {

constexpr sdk::Site kSites[] = {sdk::Site::landing, sdk::Site::app, sdk::Site::admin, sdk::Site::api};

RouteEntry host_route(sdk::Site site, std::string pattern, std::string summary, sdk::RouteHandler handler) {
    auto route = sdk::get(site, std::move(pattern), sdk::Permission::everyone(), std::move(handler));
    route.execution = sdk::Execution::loop;
    route.summary = std::move(summary);
    return {std::move(route), std::string(kHostOwner)};
}

sdk::Response never_stored(sdk::Response response) {
    response.header("Cache-Control", "no-store");
    return response;
}

sdk::Response show_readiness(const WebDependencies& dependencies, bool draining) {
    auto readiness = dependencies.readiness ? dependencies.readiness() : Readiness{true};
    if (draining) readiness.ready = false;
    auto response = sdk::json({{"ready", readiness.ready}, {"draining", draining}, {"checks", readiness.checks}},
                              readiness.ready ? 200 : 503);
    if (!readiness.ready) response.header("Retry-After", "5");
    return never_stored(std::move(response));
}

}  // namespace

bool is_probe(std::string_view path) noexcept {
    return path == "/healthz" || path == "/readyz";
}

std::vector<RouteEntry> make_host_routes(const WebDependencies& dependencies, const SiteTable& sites,
                                         const std::atomic<bool>& draining, const std::vector<RouteEntry>& routed) {
    std::vector<RouteEntry> routes;
    for (const auto site : kSites) {
        if (!sites.serves(site)) continue;
        routes.push_back(host_route(site, "/healthz", "Says that the process is alive",
                                    [](const sdk::Request&) { return never_stored(sdk::text("ok\n")); }));
        routes.push_back(host_route(
            site, "/readyz", "Says whether the process can serve",
            [&dependencies, &draining](const sdk::Request&) { return show_readiness(dependencies, draining.load()); }));
        const bool has_robots = std::ranges::any_of(routed, [&](const RouteEntry& entry) {
            return entry.route.site == site && entry.route.pattern == "/robots.txt";
        });
        if (site != sdk::Site::landing && !has_robots)
            routes.push_back(host_route(site, "/robots.txt", "Keeps robots out",
                                        [](const sdk::Request&) { return sdk::text("User-agent: *\nDisallow: /\n"); }));
    }
    if (dependencies.metrics && sites.serves(sdk::Site::api)) {
        auto route =
            sdk::get(sdk::Site::api, "/metrics", sdk::Permission::loopback(), [&dependencies](const sdk::Request&) {
                auto response = sdk::bytes(dependencies.metrics(), "text/plain; version=0.0.4; charset=utf-8");
                return never_stored(std::move(response));
            });
        route.limits.rate_class = sdk::RateClass::api;
        route.summary = "Metrics in Prometheus' format";
        routes.push_back({std::move(route), std::string(kHostOwner)});
    }
    return routes;
}

}  // namespace whatsflow::web
