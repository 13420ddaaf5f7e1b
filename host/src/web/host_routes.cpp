#include "web/host_routes.hpp"

#include "web/api_document.hpp"

#include <whatsflow/sdk/api_operation.hpp>

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

/// What programmers read about the api site: as a document and as a page.
void add_api_description(std::vector<RouteEntry>& routes, const WebDependencies& dependencies, const SiteTable& sites,
                         const std::vector<RouteEntry>& routed) {
    auto described = std::make_shared<ApiSource>();
    described->address = sites.url(sdk::Site::api);
    for (auto entry : routed) {
        entry.route.handler = nullptr;  // a plugin's code is not kept for its description
        described->routes.push_back(std::move(entry));
    }
    const auto document = [&dependencies, described] {
        auto source = *described;
        if (dependencies.contributions)
            if (const auto said = dependencies.contributions(sdk::ApiOperation::kSlot, sdk::Site::api))
                source.operations = *said;
        return api_document(source);
    };
    const auto add = [&](const char* pattern, const char* summary, sdk::RouteHandler handler) {
        auto route = sdk::get(sdk::Site::api, pattern, sdk::Permission::everyone(), std::move(handler));
        route.limits.rate_class = sdk::RateClass::api;
        route.summary = summary;
        routes.push_back({std::move(route), std::string(kHostOwner)});
    };
    add("/openapi.json", "The API as an OpenAPI document",
        [document](const sdk::Request&) { return sdk::json(document()); });
    add("/docs", "The API, to read",
        [document](const sdk::Request&) { return sdk::bytes(api_page(document()), "text/html; charset=utf-8"); });
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
    if (sites.serves(sdk::Site::api)) add_api_description(routes, dependencies, sites, routed);
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
