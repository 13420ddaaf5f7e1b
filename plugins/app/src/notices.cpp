#include "notices.hpp"

#include "words.hpp"

namespace whatsflow::app {

sdk::Result<bool> Notices::add(const sdk::CallContext& context, const std::string& user,
                               const sdk::Notification& notification, sdk::Instant now) {
    const auto added = database_.execute(
        context,
        "INSERT INTO app_notifications (id, tenant_id, user_id, idempotency_key, category, title, text, path, "
        "created_at) VALUES (?, :tenant, ?, ?, ?, ?, ?, ?, ?)",
        {sdk::make_uuid(), user, notification.idempotency_key, notification.category,
         shortened(notification.title, 200), shortened(notification.text, 1000), notification.path, now});
    if (added) return true;
    if (added.error().code == "database.duplicate") return false;
    return added.error();
}

sdk::Result<std::vector<Notice>> Notices::list(const sdk::CallContext& context, const std::string& user,
                                               const std::string& after, int limit) {
    std::string sql =
        "SELECT id, category, title, text, path, created_at, read_at FROM app_notifications "
        "WHERE tenant_id = :tenant AND user_id = ?";
    sdk::DbValues values{user};
    if (!after.empty()) {
        sql += " AND id < ?";
        values.emplace_back(after);
    }
    sql += " ORDER BY id DESC LIMIT ?";
    values.emplace_back(limit);
    const auto rows = database_.query(context, sql, values);
    if (!rows) return rows.error();
    std::vector<Notice> notices;
    for (const auto& row : *rows)
        notices.push_back({row.text("id"), row.text("category"), row.text("title"), row.text("text"), row.text("path"),
                           row.instant("created_at"), !row.is_null("read_at")});
    return notices;
}

sdk::Result<int> Notices::unread(const sdk::CallContext& context, const std::string& user) {
    const auto rows = database_.query(context,
                                      "SELECT id FROM app_notifications WHERE tenant_id = :tenant AND user_id = ? AND "
                                      "read_at IS NULL LIMIT 100",
                                      {user});
    if (!rows) return rows.error();
    return static_cast<int>(rows->size());
}

sdk::Result<bool> Notices::mark_read(const sdk::CallContext& context, const std::string& user, const std::string& id,
                                     sdk::Instant now) {
    const auto known = database_.query_one(
        context, "SELECT id FROM app_notifications WHERE tenant_id = :tenant AND user_id = ? AND id = ?", {user, id});
    if (!known) return known.error();
    if (!*known) return false;
    const auto done = database_.execute(context,
                                        "UPDATE app_notifications SET read_at = ? WHERE tenant_id = :tenant AND "
                                        "user_id = ? AND id = ? AND read_at IS NULL",
                                        {now, user, id});
    if (!done) return done.error();
    return true;
}

sdk::Result<void> Notices::mark_all_read(const sdk::CallContext& context, const std::string& user, sdk::Instant now) {
    const auto done = database_.execute(
        context,
        "UPDATE app_notifications SET read_at = ? WHERE tenant_id = :tenant AND user_id = ? AND read_at IS NULL",
        {now, user});
    if (!done) return done.error();
    return sdk::ok();
}

}  // namespace whatsflow::app
