#include "boot/web_settings.hpp"

#include <map>
#include <shared_mutex>
#include <string>

namespace whatsflow::boot {
namespace {

/// Twice the rate as burst is right for people who open several pages at once; a class
/// without a configured rate keeps the default of the web layer.
void take_over(web::Rate& rate, const std::map<std::string, std::uint32_t>& configured, sdk::RateClass rate_class) {
    const auto found = configured.find(std::string(sdk::to_text(rate_class)));
    if (found == configured.end()) return;
    const auto wanted = static_cast<double>(found->second);
    if (wanted == rate.per_second) return;
    rate = web::Rate{wanted, 2 * wanted};
}

/// The handles of one route's metrics, fetched once.
struct RouteMetrics {
    metrics::Histogram seconds;
    std::array<metrics::Counter, 6> by_status_class;
};

}  // namespace

web::WebOptions web_options(const config::Configuration& configuration) {
    web::WebOptions options;
    for (const auto site : kAllSites) {
        const auto& settings = configuration.sites.of(site);
        options.sites.push_back({site, settings.port, settings.url, settings.hostnames});
    }
    const auto& rates = configuration.http.rate_limits;
    take_over(options.rate_limits.pages, rates, sdk::RateClass::pages);
    take_over(options.rate_limits.api, rates, sdk::RateClass::api);
    take_over(options.rate_limits.evaluate, rates, sdk::RateClass::evaluate);
    take_over(options.rate_limits.capture, rates, sdk::RateClass::capture);
    take_over(options.rate_limits.webhooks, rates, sdk::RateClass::webhooks);
    take_over(options.rate_limits.login, rates, sdk::RateClass::login);
    options.trusted_proxies = configuration.http.trusted_proxies;
    return options;
}

std::string streams_origin(const config::Configuration& configuration) {
    auto origin = web::origin_of(configuration.sites.api.url);
    if (configuration.production) return origin;
    const auto colon = origin.rfind(':');
    if (colon > origin.find("://") && !origin.ends_with(']')) origin.resize(colon);
    return origin + ":" + std::to_string(configuration.realtime_port);
}

web::LiveUpdates live_updates(const config::Configuration& configuration, sdk::Site site) {
    if (site != sdk::Site::app && site != sdk::Site::admin) return {};
    const auto path = "/ws?site=" + std::string(sdk::to_text(site));
    if (configuration.production) {
        const auto origin = web::origin_of(configuration.sites.of(site).url);
        return {path, {"wss" + origin.substr(origin.find("://"))}};
    }
    const auto port = ":" + std::to_string(configuration.realtime_port);
    return {port + path, {"ws://localhost" + port, "ws://127.0.0.1" + port}};
}

std::vector<web::RouteEntry> web_routes(const plugins::Runtime& runtime, bool development) {
    std::vector<web::RouteEntry> entries;
    for (auto& registered : runtime.routes())
        entries.push_back({std::move(registered.route), std::move(registered.plugin)});
    if (development) {
        auto guide = sdk::get(sdk::Site::landing, "/styleguide", sdk::Permission::everyone(), [](const sdk::Request&) {
            return sdk::page("styleguide", {{"title", "Style guide"},
                                            {"description", "Every component of the theme, in one place."}});
        });
        guide.summary = "Every component of the theme";
        entries.push_back({std::move(guide), "host"});
    }
    return entries;
}

std::function<void(const web::RequestRecord&)> request_observer(metrics::Registry& registry) {
    struct Known {
        std::shared_mutex mutex;
        std::map<std::string, RouteMetrics, std::less<>> by_route;
    };
    auto known = std::make_shared<Known>();
    return [known, &registry](const web::RequestRecord& record) {
        const std::size_t status_class = std::min<std::size_t>(static_cast<std::size_t>(record.status) / 100, 5);
        // The key is small enough for most routes to need no allocation that matters.
        std::string key;
        key.reserve(record.route.size() + record.method.size() + 12);
        key.append(sdk::to_text(record.site)).append(1, ' ').append(record.method).append(1, ' ').append(record.route);
        {
            std::shared_lock lock(known->mutex);
            if (const auto found = known->by_route.find(key); found != known->by_route.end()) {
                found->second.seconds.observe(std::chrono::duration<double>(record.duration).count());
                found->second.by_status_class[status_class].add();
                return;
            }
        }
        // Names of methods come from people: those we do not know count as one.
        const bool matched = !record.route.empty();
        const metrics::Labels labels{{"site", std::string(sdk::to_text(record.site))},
                                     {"plugin", std::string(record.plugin)},
                                     {"route", matched ? std::string(record.route) : "unmatched"},
                                     {"method", matched ? std::string(record.method) : "any"}};
        RouteMetrics made;
        made.seconds =
            registry.histogram("wf_http_request_seconds", "Time from the whole request to the reply", labels);
        for (std::size_t i = 0; i < made.by_status_class.size(); ++i) {
            metrics::Labels with_status = labels;
            with_status["status"] = i == 0 ? "none" : std::to_string(i) + "xx";
            if (i > 0)
                made.by_status_class[i] = registry.counter("wf_http_requests_total", "Requests answered", with_status);
        }
        made.seconds.observe(std::chrono::duration<double>(record.duration).count());
        made.by_status_class[status_class].add();
        if (!matched) return;  // not remembered: the key holds what somebody sent
        std::unique_lock lock(known->mutex);
        known->by_route.emplace(std::move(key), made);
    };
}

}  // namespace whatsflow::boot
