#include "sinks_plugin.hpp"

#include <whatsflow/sdk/host.hpp>

namespace whatsflow::sinks {

sdk::Result<void> SinksPlugin::start(sdk::Host& host, const sdk::Config& config) {
    const auto secret = [&](const char* key) { return sdk::Secret(config.text(key)); };
    const auto offer = [&](sdk::AnalyticsSink& sink, const char* name) {
        return sdk::provide_service<sdk::AnalyticsSink>(host, sink, {{"sink", name}});
    };
    if (!config.text("webhook_url").empty()) {
        webhook_.emplace(host.https(), host.clock(), config.text("webhook_url"), secret("webhook_secret"));
        if (auto done = offer(*webhook_, "webhook"); !done) return done;
    }
    if (!config.text("ga4_measurement_id").empty()) {
        google_.emplace(host.https(), host.clock(), config.text("ga4_url"), config.text("ga4_measurement_id"),
                        secret("ga4_api_secret"));
        if (auto done = offer(*google_, "ga4"); !done) return done;
    }
    if (!config.text("posthog_token").empty()) {
        posthog_.emplace(host.https(), host.clock(), config.text("posthog_url"), secret("posthog_token"));
        if (auto done = offer(*posthog_, "posthog"); !done) return done;
    }
    if (!config.text("mixpanel_token").empty()) {
        mixpanel_.emplace(host.https(), host.clock(), config.text("mixpanel_url"), config.text("mixpanel_project"),
                          secret("mixpanel_token"));
        if (auto done = offer(*mixpanel_, "mixpanel"); !done) return done;
    }
    return sdk::ok();
}

void SinksPlugin::stop() noexcept {
    mixpanel_.reset();
    posthog_.reset();
    google_.reset();
    webhook_.reset();
}

}  // namespace whatsflow::sinks
