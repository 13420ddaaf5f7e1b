#include "platform_flags.hpp"

#include <whatsflow/sdk/feature_flags.hpp>

namespace whatsflow::flags {

using nlohmann::json;

namespace {

constexpr const char* kNotice = "maintenance-notice";
constexpr const char* kMode = "maintenance-mode";

json definition_of(const sdk::Contribution& contribution, sdk::Instant now) {
    const auto described = contribution.data.find("description");
    return {{"name", contribution.key},
            {"description", described != contribution.data.end() && described->is_string() ? *described : json("")},
            {"type", contribution.data.value("type", "operational")},
            {"enabled", contribution.data.value("enabled", false)},
            {"project", kPlatformProject},
            {"stale", false},
            {"impressionData", false},
            // What plugins ask for stays: it does not grow stale by its age.
            {"declaredBy", contribution.plugin},
            {"declaredAt", sdk::to_rfc3339(now)},
            {"strategies", json::array()},
            {"variants", contribution.data.value("variants", json::array())}};
}

/// What the flag says to whoever asks; empty while it is off for them. On without a text it is `otherwise`.
std::string said_by(sdk::Host& host, const char* flag, const sdk::Request& request, const std::string& otherwise) {
    const auto flags = sdk::find_service<sdk::FeatureFlags>(host);
    const sdk::FlagContext who{.targeting_key = request.identity ? request.identity->tenant.text() : std::string{}};
    const auto text = sdk::flag_details(flags, flag, "", who);
    if (text.error != sdk::FlagError::type_mismatch) return text.error ? std::string{} : text.value;
    return sdk::flag_value(flags, flag, false, who) ? otherwise : std::string{};
}

sdk::Result<sdk::View> draw_notice(sdk::Host& host, const sdk::Request& request) {
    if (!request.identity) return sdk::View{};
    const auto text = said_by(host, kNotice, request, {});
    return text.empty() ? sdk::View{} : sdk::View{"flags/maintenance", {{"text", text}}};
}

/// Staff who look at the app as a tenant may see whether all is well again.
sdk::Result<sdk::View> close_app(sdk::Host& host, const sdk::Request& request) {
    if (request.identity && !request.identity->impersonator.empty()) return sdk::View{};
    const auto text = said_by(host, kMode, request, host.translate(request.locale, "flags.closed"));
    return text.empty() ? sdk::View{} : sdk::View{"closed", {{"text", text}}};
}

/// A flag that is off, and when on says one sentence.
sdk::Contribution saying(const char* key, const char* type, const char* description, const char* sentence) {
    sdk::Contribution flag;
    flag.slot = kPlatformFlag.text();
    flag.site = sdk::Site::admin;
    flag.key = key;
    flag.data = {{"description", description},
                 {"type", type},
                 {"enabled", false},
                 {"variants", json::array({{{"name", "text"},
                                            {"weight", 1000},
                                            {"weightType", "fix"},
                                            {"stickiness", "default"},
                                            {"payload", {{"type", "string"}, {"value", sentence}}}}})}};
    return flag;
}

}  // namespace

sdk::Result<void> add_platform_flags(sdk::Host& host, Store& store, const Board& board) {
    const auto served = board.served(kProduction);
    for (const auto& contribution : host.contributions(kPlatformFlag, sdk::Site::admin)) {
        if (served->platform->find(contribution.key)) continue;
        const auto definition = definition_of(contribution, host.clock().now());
        if (auto sound = RuleSet::compile({{"features", json::array({definition})}}); !sound) return sound.error();
        sdk::CallContext context;
        context.request_id = "flags.platform";
        const sdk::Actor actor{.kind = "system", .label = contribution.plugin};
        const Edit edit{kProduction,
                        kPlatformProject,
                        "feature",
                        contribution.key,
                        definition,
                        "",
                        {{"declared_by", contribution.plugin}}};
        const auto done = store.apply(context, actor, {edit}, "flag.declared");
        // Another node was quicker.
        if (!done && done.error().code != "flags.changed" && done.error().code != "database.duplicate") return done;
    }
    return sdk::ok();
}

sdk::Result<void> contribute_own_flags(sdk::Host& host) {
    auto notice =
        saying(kNotice, "operational", "A banner above every page of the app. Its text is the value of the variant.",
               "We are working on WhatsFlow. Some things may be slow for a while.");
    if (auto done = host.contribute(std::move(notice)); !done) return done;
    auto mode = saying(kMode, "kill-switch",
                       "Closes the app: tenants read the value of the variant instead of any page. Webhooks, programs, "
                       "staff and those who sign in as a tenant go on.",
                       "We are working on WhatsFlow. Nothing is lost; come back in a few minutes.");
    if (auto done = host.contribute(std::move(mode)); !done) return done;
    sdk::Contribution closed;
    closed.slot = "whatsflow.slot.closed_site/1";
    closed.site = sdk::Site::app;
    closed.key = "flags.maintenance";
    closed.render = [&host](const sdk::Request& request) { return close_app(host, request); };
    if (auto done = host.contribute(std::move(closed)); !done) return done;
    return host.contribute(
        sdk::PageBanner{sdk::Site::app, "flags.maintenance", "public", 5,
                        [&host](const sdk::Request& request) { return draw_notice(host, request); }});
}

}  // namespace whatsflow::flags
