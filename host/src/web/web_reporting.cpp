// What WebApplication tells others: the access log, the metrics and the list of routes.
#include "web/web_application.hpp"

namespace whatsflow::web {
namespace {

std::string_view path_of(std::string_view target) {
    return target.substr(0, target.find('?'));
}

}  // namespace

void WebApplication::finished(const http::WireRequest& request, int status, std::size_t bytes,
                              std::chrono::microseconds duration) noexcept {
    try {
        const auto exchange = std::static_pointer_cast<const Exchange>(request.note);
        RequestRecord record;
        record.method = request.method;
        record.status = status;
        record.bytes = bytes;
        record.duration = duration;
        if (exchange) {
            record.site = exchange->site;
            record.cached = exchange->cached_page != nullptr;
            if (exchange->is_asset) {
                record.route = "/assets/*";
                record.plugin = "host";
            } else if (record.cached) {
                record.route = exchange->cached_page->route;
                record.plugin = exchange->cached_page->plugin;
            } else if (const auto* entry = exchange->match.entry) {
                record.route = entry->route.pattern;
                record.plugin = entry->plugin;
            }
        }
        if (dependencies_.observe) dependencies_.observe(record);
        if (options_.access_log && dependencies_.log.enabled(sdk::LogLevel::info))
            write_access_line(request, record, exchange.get());
    } catch (...) {
        // A request that was answered must not fail for want of a log line.
    }
}

void WebApplication::write_access_line(const http::WireRequest& request, const RequestRecord& record,
                                       const Exchange* exchange) {
    // The query is left out: it may carry tokens of mails and invitations.
    dependencies_.log.info("request", {{"request_id", exchange ? exchange->request_id : std::string()},
                                       {"site", std::string(sdk::to_text(record.site))},
                                       {"method", request.method},
                                       {"path", std::string(path_of(request.target))},
                                       {"route", std::string(record.route)},
                                       {"plugin", std::string(record.plugin)},
                                       {"status", std::to_string(record.status)},
                                       {"bytes", std::to_string(record.bytes)},
                                       {"us", std::to_string(record.duration.count())},
                                       {"client", exchange ? exchange->client.address : request.peer_address},
                                       {"cached", record.cached ? "yes" : "no"}});
}

nlohmann::json WebApplication::route_list() const {
    const auto routes = router();
    std::vector<const RouteEntry*> sorted;
    for (const auto& entry : routes->entries()) sorted.push_back(&entry);
    std::ranges::sort(sorted, {}, [](const RouteEntry* entry) {
        return std::tuple(entry->route.site, entry->route.pattern, entry->route.method);
    });
    auto rows = nlohmann::json::array();
    for (const auto* entry : sorted) {
        const auto& route = entry->route;
        rows.push_back({{"site", sdk::to_text(route.site)},
                        {"method", sdk::to_text(route.method)},
                        {"pattern", route.pattern},
                        {"permission", route.permission.text()},
                        {"plugin", entry->plugin},
                        {"execution", route.execution == sdk::Execution::loop ? "loop" : "pool"},
                        {"caching", route.caching == sdk::Caching::shared ? "shared" : "none"},
                        {"csrf", route.csrf == sdk::Csrf::required ? "required" : "exempt"},
                        {"limits",
                         {{"rate_class", sdk::to_text(route.limits.rate_class)},
                          {"body_bytes", route.limits.body_bytes},
                          {"timeout_ms", route.limits.timeout.count()}}},
                        {"summary", route.summary}});
    }
    return rows;
}

}  // namespace whatsflow::web
