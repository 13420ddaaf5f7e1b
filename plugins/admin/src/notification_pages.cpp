#include "notification_pages.hpp"

#include "page_kit.hpp"
#include "permissions.hpp"
#include "route_book.hpp"

namespace whatsflow::admin {
namespace {

using nlohmann::json;
using sdk::Request;
using sdk::Response;

constexpr int kOnAPage = 30;

const char* icon_of_category(const std::string& category) {
    if (category == "billing") return "receipt-text";
    if (category == "security") return "shield";
    if (category == "team") return "users";
    if (category == "platform") return "triangle-alert";
    return category == "usage" ? "gauge" : "bell";
}

Response notification_list(Panel& panel, const Request& request) {
    const Words words(panel.host, request.locale);
    const auto after = request.query.get("after").substr(0, 36);
    sdk::DbValues values{request.identity->subject};
    if (!after.empty()) values.emplace_back(after);
    values.emplace_back(kOnAPage + 1);
    // Ids are in the order of time.
    const auto rows = panel.host.database().query(
        request.context,
        "SELECT id, category, title, text, path, created_at, read_at FROM admin_notifications WHERE staff_id = ?" +
            std::string(after.empty() ? "" : " AND id < ?") + " ORDER BY id DESC LIMIT ?",
        values);
    if (!rows) return failed(rows.error());
    const bool more = rows->size() > static_cast<std::size_t>(kOnAPage);
    auto notices = json::array();
    bool any_unread = false;
    for (const auto& row : *rows) {
        if (notices.size() == static_cast<std::size_t>(kOnAPage)) break;
        const bool unread = row.is_null("read_at");
        any_unread = any_unread || unread;
        notices.push_back({{"id", row.text("id")},
                           {"icon", icon_of_category(row.text("category"))},
                           {"title", row.text("title")},
                           {"text", row.text("text")},
                           {"open_path", row.text("path")},
                           {"at", row.integer("created_at")},
                           {"is_unread", unread}});
    }
    auto actions = json::array();
    if (any_unread) actions.push_back(post_action(words("notifications.read_all"), "/notifications/read-all"));
    const bool none = notices.empty();
    return show(
        panel, request, "admin/notifications",
        {{"title", words("notifications.title")},
         {"header", header_model(words("notifications.title"), {}, std::move(actions))},
         {"none",
          none ? empty_model("bell", words("notifications.none"), words("notifications.none_text")) : json(nullptr)},
         {"newer_path", after.empty() ? json(nullptr) : json("/notifications")},
         {"older_path", more ? json("/notifications?after=" + notices.back()["id"].get<std::string>()) : json(nullptr)},
         {"shown_text", nullptr},
         {"caption", nullptr},
         {"notices", std::move(notices)}});
}

Response unread(Panel& panel, const Request& request) {
    const auto row =
        panel.host.database().query_one(request.context,
                                        "SELECT COUNT(*) AS unread FROM (SELECT id FROM admin_notifications WHERE "
                                        "staff_id = ? AND read_at IS NULL LIMIT 100) AS newest",
                                        {request.identity->subject});
    if (!row) return failed(row.error());
    return sdk::json({{"unread", *row ? (*row)->integer("unread") : 0}});
}

Response mark_read(Panel& panel, const Request& request) {
    const auto& mine = request.identity->subject;
    const auto id = request.parameters.get("id");
    const auto row = panel.host.database().query_one(
        request.context, "SELECT id FROM admin_notifications WHERE staff_id = ? AND id = ?", {mine, id});
    if (!row) return failed(row.error());
    if (!*row) return sdk::not_found();
    const auto done = panel.host.database().execute(
        request.context, "UPDATE admin_notifications SET read_at = ? WHERE staff_id = ? AND id = ? AND read_at IS NULL",
        {panel.host.clock().now(), mine, id});
    return done ? sdk::redirect_to("/notifications") : failed(done.error());
}

Response mark_all_read(Panel& panel, const Request& request) {
    const auto done = panel.host.database().execute(
        request.context, "UPDATE admin_notifications SET read_at = ? WHERE staff_id = ? AND read_at IS NULL",
        {panel.host.clock().now(), request.identity->subject});
    return done ? sdk::redirect_to("/notifications") : failed(done.error());
}

}  // namespace

sdk::Result<void> register_notification_pages(Panel& panel) {
    return RouteBook(panel.host)
        .get("/notifications", permission::self, "What one was told",
             [&panel](const Request& r) { return notification_list(panel, r); })
        .get("/notifications/unread", permission::self, "How many are unread, for the bell",
             [&panel](const Request& r) { return unread(panel, r); })
        .post("/notifications/read-all", permission::self, "Marks all as read",
              [&panel](const Request& r) { return mark_all_read(panel, r); })
        .post("/notifications/{id}/read", permission::self, "Marks one as read",
              [&panel](const Request& r) { return mark_read(panel, r); })
        .done();
}

}  // namespace whatsflow::admin
