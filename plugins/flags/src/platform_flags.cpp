#include "platform_flags.hpp"

#include <whatsflow/sdk/feature_flags.hpp>

namespace whatsflow::flags {

using nlohmann::json;

namespace {

constexpr const char* kMaintenance = "maintenance-notice";

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

sdk::Result<sdk::View> draw_maintenance(sdk::Host& host, const sdk::Request& request) {
    if (!request.identity) return sdk::View{};
    const auto flags = sdk::find_service<sdk::FeatureFlags>(host);
    const sdk::FlagContext who{.targeting_key = request.identity->tenant.text()};
    const auto text = sdk::flag_details(flags, kMaintenance, "", who);
    // Off it has no text; the caller's default stands for it.
    if (text.error || text.value.empty()) return sdk::View{};
    return sdk::View{"flags/maintenance", {{"text", text.value}}};
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
    sdk::Contribution flag;
    flag.slot = kPlatformFlag.text();
    flag.site = sdk::Site::admin;
    flag.key = kMaintenance;
    flag.data = {{"description", "A banner above every page of the app. Its text is the value of the variant."},
                 {"type", "operational"},
                 {"enabled", false},
                 {"variants",
                  json::array({{{"name", "text"},
                                {"weight", 1000},
                                {"weightType", "fix"},
                                {"stickiness", "default"},
                                {"payload",
                                 {{"type", "string"},
                                  {"value", "We are working on WhatsFlow. Some things may be slow for a while."}}}}})}};
    if (auto done = host.contribute(std::move(flag)); !done) return done;
    return host.contribute(
        sdk::PageBanner{sdk::Site::app, "flags.maintenance", "public", 5,
                        [&host](const sdk::Request& request) { return draw_maintenance(host, request); }});
}

}  // namespace whatsflow::flags
