#include "notice_preferences.hpp"

namespace whatsflow::app {

bool NoticePreferences::by_mail_at_first(std::string_view category) {
    return category == "security" || category == "billing" || category == "usage";
}

sdk::Result<NoticePreferences::Chosen> NoticePreferences::of(const sdk::CallContext& context, const std::string& user) {
    const auto rows = host_.database().query(
        context, "SELECT category, by_mail FROM app_notification_preferences WHERE tenant_id = :tenant AND user_id = ?",
        {user});
    if (!rows) return rows.error();
    Chosen chosen;
    for (const auto category : kNoticeCategories) chosen[std::string(category)] = by_mail_at_first(category);
    for (const auto& row : *rows)
        if (const auto known = chosen.find(row.text("category")); known != chosen.end())
            known->second = row.boolean("by_mail");
    return chosen;
}

sdk::Result<void> NoticePreferences::change(const sdk::Request& request, const Chosen& chosen) {
    const auto& context = request.context;
    const auto user = request.identity->subject;
    const auto before = of(context, user);
    if (!before) return before.error();
    return host_.database().transaction(context, [&](sdk::Transaction& tx) -> sdk::Result<void> {
        auto old_values = nlohmann::json::object();
        auto new_values = nlohmann::json::object();
        for (const auto& [category, by_mail] : chosen) {
            const auto known = before->find(category);
            if (known == before->end() || known->second == by_mail) continue;
            old_values[category] = known->second;
            new_values[category] = by_mail;
            const auto gone = tx.execute(context,
                                         "DELETE FROM app_notification_preferences WHERE tenant_id = :tenant AND "
                                         "user_id = ? AND category = ?",
                                         {user, category});
            if (!gone) return gone.error();
            const auto kept = tx.execute(context,
                                         "INSERT INTO app_notification_preferences (tenant_id, user_id, category, "
                                         "by_mail) VALUES (:tenant, ?, ?, ?)",
                                         {user, category, by_mail});
            if (!kept) return kept.error();
        }
        if (new_values.empty()) return sdk::ok();
        sdk::AuditEntry entry{.action = "notifications.preferences_changed",
                              .subject = {"user", user, request.identity->email},
                              .tenant = context.tenant};
        entry.before = old_values;
        entry.after = new_values;
        return host_.audit().append(tx, context, sdk::actor_of(request), entry);
    });
}

}  // namespace whatsflow::app
