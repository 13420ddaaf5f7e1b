#include "announcement_banner.hpp"

#include "page_kit.hpp"
#include "permissions.hpp"
#include "route_book.hpp"
#include "small_markdown.hpp"

#include <whatsflow/sdk/directory.hpp>
#include <whatsflow/sdk/feature_flags.hpp>
#include <whatsflow/sdk/tenant_plans.hpp>

#include <algorithm>

namespace whatsflow::admin {
namespace {

using nlohmann::json;

constexpr auto kRemembered = std::chrono::seconds(10);
constexpr const char* kFlag = "announcements";

/// Where the reader was, to go back to: a page of the same site.
std::string page_before(const sdk::Request& request) {
    const auto page = form_of(request).get("page", "/");
    const bool is_page = page.starts_with('/') && !page.starts_with("//") &&
                         page.find_first_of("\\\r\n") == std::string::npos && page.size() <= 300;
    return is_page ? page : "/";
}

}  // namespace

sdk::Result<void> AnnouncementBanner::contribute() {
    sdk::Contribution flag;
    flag.slot = "whatsflow.slot.platform_flag/1";
    flag.site = sdk::Site::admin;
    flag.key = kFlag;
    flag.data = {{"description", "Announcements of staff above the pages of the app"},
                 {"type", "kill-switch"},
                 {"enabled", true}};
    if (auto listed = panel_.host.contribute(std::move(flag)); !listed) return listed;
    const auto done = panel_.host.contribute(
        sdk::PageBanner{sdk::Site::app, "announcements", std::string(permission::announcements_dismiss), 20,
                        [this](const sdk::Request& request) { return draw(request); }});
    if (!done) return done;
    return RouteBook(panel_.host)
        .add(sdk::post(sdk::Site::app, "/announcements/{id}/dismiss",
                       sdk::Permission::named(std::string(permission::announcements_dismiss)),
                       [this](const sdk::Request& request) { return dismiss(request); }),
             "Puts an announcement away")
        .done();
}

sdk::Result<sdk::View> AnnouncementBanner::draw(const sdk::Request& request) {
    auto shown = shown_now(request.context);
    if (!shown) return shown.error();
    if (shown->empty() || !request.identity) return sdk::View{};
    const auto flags = sdk::find_service<sdk::FeatureFlags>(panel_.host);
    if (!sdk::flag_value(flags, kFlag, true, {.targeting_key = request.identity->tenant.text()})) return sdk::View{};
    const auto reader = reader_of(request.context, request.identity->tenant, *shown);
    std::erase_if(*shown, [&](const auto& each) { return !each.is_for(reader); });
    if (shown->empty()) return sdk::View{};
    const auto away = announcements_.dismissed_by(request.context, request.identity->subject);
    if (!away) return away.error();
    auto list = json::array();
    for (const auto& each : *shown) {
        if (std::ranges::find(*away, each.id) != away->end()) continue;
        list.push_back({{"title", each.title},
                        {"text_html", small_markdown(each.text)},
                        {"is_warning", each.severity == "warning"},
                        {"is_critical", each.severity == "critical"},
                        {"dismiss_path", "/announcements/" + each.id + "/dismiss"}});
    }
    if (list.empty()) return sdk::View{};
    return sdk::View{"admin/announcement_banner", {{"announcements", std::move(list)}, {"page", request.path}}};
}

sdk::Response AnnouncementBanner::dismiss(const sdk::Request& request) {
    const auto id = request.parameters.get("id");
    const auto found = announcements_.find(request.context, id);
    if (!found) return failed(found.error());
    if (!*found) return sdk::not_found();
    const auto done = announcements_.dismiss(request.context, id, request.identity->subject, panel_.host.clock().now());
    return done ? sdk::redirect_to(page_before(request)) : failed(done.error());
}

void AnnouncementBanner::forget() {
    const std::lock_guard lock(mutex_);
    read_at_.reset();
}

sdk::Result<std::vector<Announcement>> AnnouncementBanner::shown_now(const sdk::CallContext& context) {
    const auto now = panel_.host.clock().now();
    {
        const std::lock_guard lock(mutex_);
        if (read_at_ && now >= *read_at_ && now - *read_at_ < kRemembered) return known_;
    }
    auto shown = announcements_.shown(context, now);
    if (!shown) return shown;
    const std::lock_guard lock(mutex_);
    read_at_ = now;
    known_ = *shown;
    return shown;
}

/// Nobody is asked for what no announcement goes by.
Reader AnnouncementBanner::reader_of(const sdk::CallContext& context, const sdk::TenantId& tenant,
                                     const std::vector<Announcement>& shown) {
    const auto goes_by = [&](std::string_view audience) {
        return std::ranges::any_of(shown, [&](const auto& each) { return each.audience == audience; });
    };
    Reader reader{tenant.text(), {}, {}};
    if (goes_by("countries")) {
        const auto profile =
            sdk::find_service<sdk::Directory>(panel_.host).call(&sdk::Directory::tenant, context, tenant);
        if (profile && *profile) reader.country = (*profile)->country;
    }
    if (goes_by("plans")) {
        const auto plans = sdk::find_service<sdk::TenantPlans>(panel_.host)
                               .call(&sdk::TenantPlans::plans_of, context, std::vector{tenant});
        if (plans && !plans->empty()) reader.plan = plans->front().plan;
    }
    return reader;
}

}  // namespace whatsflow::admin
