#include "boot/live_settings.hpp"

#include "boot/web_settings.hpp"

namespace whatsflow::boot {

realtime::Settings live_settings(const config::Configuration& configuration) {
    auto web = web_options(configuration);
    realtime::Settings settings;
    settings.address = configuration.sites.bind;
    settings.port = configuration.realtime_port;
    settings.sites = std::move(web.sites);
    settings.trusted_proxies = std::move(web.trusted_proxies);
    settings.connections = configuration.http.max_connections;
    settings.streams = settings.connections / 2;  // the others are for people who work
    return settings;
}

realtime::Dependencies live_dependencies(Core& core) {
    auto& metrics = core.metrics();
    realtime::Dependencies dependencies{
        .log = core.log("realtime"), .authenticator = [&core](sdk::Site site) {
            auto found = core.services().find(sdk::Authenticator::kId, {{"site", std::string(sdk::to_text(site))}});
            return found.empty() ? sdk::ServiceHandle<sdk::Authenticator>{}
                                 : sdk::ServiceHandle<sdk::Authenticator>{std::move(found.front())};
        }};
    dependencies.streams = &core.facilities().event_streams().addresses();
    dependencies.today = [&clock = core.clock()] { return clock.now(); };
    dependencies.meters = {
        .delivered = metrics.counter("wf_realtime_messages_total", "Live updates given to pages"),
        .dropped =
            metrics.counter("wf_realtime_dropped_total", "Live updates that came faster than they were given out"),
        .slow = metrics.counter("wf_realtime_slow_total", "Pages closed because they did not read"),
        .refused = metrics.counter("wf_realtime_refused_total", "Requests for live updates that were refused")};
    return dependencies;
}

}  // namespace whatsflow::boot
