#include "notice_pages.hpp"

#include "permissions.hpp"
#include "words.hpp"

namespace whatsflow::app {

using nlohmann::json;

namespace {

constexpr int kNoticesOnAPage = 30;

std::string icon_of(const std::string& category) {
    if (category == "team") return "users";
    if (category == "billing") return "receipt-text";
    if (category == "usage") return "gauge";
    if (category == "security") return "shield";
    return "sparkles";
}

}  // namespace

sdk::Result<void> NoticePages::register_routes() {
    using sdk::Permission;
    using sdk::Site;
    const auto may = Permission::named(permission::notifications);
    const auto add = [this](sdk::Route route, const char* summary) {
        route.summary = summary;
        return host_.route(std::move(route));
    };
    if (auto done = add(sdk::get(Site::app, "/notifications", may, [this](const auto& r) { return list(r); }),
                        "What the person was told");
        !done)
        return done;
    if (auto done = add(sdk::get(Site::app, "/notifications/unread", may, [this](const auto& r) { return unread(r); }),
                        "How many are unread, for the bell");
        !done)
        return done;
    if (auto done = add(
            sdk::post(Site::app, "/notifications/read-all", may, [this](const auto& r) { return mark_all_read(r); }),
            "Mark all as read");
        !done)
        return done;
    return add(sdk::post(Site::app, "/notifications/{id}/read", may, [this](const auto& r) { return mark_read(r); }),
               "Mark one as read");
}

sdk::Response NoticePages::list(const sdk::Request& request) {
    const auto after = request.query.get("after");
    auto found = notices_.list(request.context, request.identity->subject, after, kNoticesOnAPage + 1);
    if (!found) return sdk::problem(503, found.error());
    const bool more = found->size() > static_cast<std::size_t>(kNoticesOnAPage);
    if (more) found->resize(kNoticesOnAPage);
    auto notices = json::array();
    bool any_unread = false;
    for (const auto& notice : *found) {
        any_unread = any_unread || !notice.read;
        notices.push_back({{"id", notice.id},
                           {"icon", icon_of(notice.category)},
                           {"title", notice.title},
                           {"text", notice.text},
                           {"open_path", notice.path},
                           {"at", sdk::to_micros(notice.created_at)},
                           {"is_unread", !notice.read}});
    }
    auto actions = json::array();
    if (any_unread)
        actions.push_back({{"label", word(host_, request, "notices.read_all")},
                           {"action_path", "/notifications/read-all"},
                           {"action_icon", "check"}});
    const bool is_empty = notices.empty();
    return sdk::page("app/notifications",
                     {{"title", word(host_, request, "notices.title")},
                      {"header", {{"heading", word(host_, request, "notices.title")}, {"actions", std::move(actions)}}},
                      {"list", {{"notices", std::move(notices)}}},
                      {"is_empty", is_empty},
                      {"newer_path", after.empty() ? "" : "/notifications"},
                      {"older_path", more ? "/notifications?after=" + found->back().id : ""},
                      {"shown_text", ""}});
}

sdk::Response NoticePages::unread(const sdk::Request& request) {
    const auto count = notices_.unread(request.context, request.identity->subject);
    if (!count) return sdk::problem(503, count.error());
    return sdk::json({{"unread", *count}});
}

sdk::Response NoticePages::mark_read(const sdk::Request& request) {
    const auto done = notices_.mark_read(request.context, request.identity->subject, request.parameters.get("id"),
                                         host_.clock().now());
    if (!done) return sdk::problem(503, done.error());
    return *done ? sdk::redirect_to("/notifications") : sdk::problem(404, "not_found", "Nothing was found here.");
}

sdk::Response NoticePages::mark_all_read(const sdk::Request& request) {
    const auto done = notices_.mark_all_read(request.context, request.identity->subject, host_.clock().now());
    return done ? sdk::redirect_to("/notifications") : sdk::problem(503, done.error());
}

}  // namespace whatsflow::app
