#include "personal_data.hpp"

#include <nlohmann/json.hpp>

namespace whatsflow::app {

using nlohmann::json;

namespace {

sdk::PersonalData::ExportedFile file_of(const std::string& name, const json& rows) {
    return {"app/" + name, rows.dump(2, ' ', false, json::error_handler_t::replace) + "\n"};
}

}  // namespace

sdk::Result<std::vector<sdk::PersonalData::ExportedFile>> AppPersonalData::export_user(const sdk::CallContext& context,
                                                                                       const sdk::UserId& user) {
    const auto everywhere = sdk::across_tenants(context, "app.personal_data.export");
    const auto rows = database_.query(everywhere,
                                      "SELECT tenant_id, category, title, text, created_at FROM app_notifications "
                                      "WHERE user_id = ? ORDER BY id LIMIT 10000",
                                      {user.text()});
    if (!rows) return rows.error();
    auto notices = json::array();
    for (const auto& row : *rows)
        notices.push_back({{"tenant", row.text("tenant_id")},
                           {"category", row.text("category")},
                           {"title", row.text("title")},
                           {"text", row.text("text")},
                           {"at", sdk::to_rfc3339(row.instant("created_at"))}});
    return std::vector{file_of("notifications.json", notices)};
}

sdk::Result<std::vector<sdk::PersonalData::ExportedFile>> AppPersonalData::export_tenant(
    const sdk::CallContext& context, const sdk::TenantId& tenant) {
    const auto rows = database_.query(
        sdk::on_behalf_of(context, tenant),
        "SELECT url, description, events, state, created_at FROM app_webhook_endpoints WHERE tenant_id = :tenant");
    if (!rows) return rows.error();
    auto endpoints = json::array();
    for (const auto& row : *rows)
        endpoints.push_back({{"url", row.text("url")},
                             {"description", row.text("description")},
                             {"events", json::parse(row.text("events"))},
                             {"state", row.text("state")},
                             {"created_at", sdk::to_rfc3339(row.instant("created_at"))}});
    return std::vector{file_of("webhooks.json", endpoints)};
}

sdk::Result<int> AppPersonalData::erase_user(const sdk::CallContext& context, const sdk::UserId& user) {
    return erase(sdk::across_tenants(context, "app.personal_data.erase"),
                 {"DELETE FROM app_notifications WHERE user_id = ?",
                  "DELETE FROM app_notification_preferences WHERE user_id = ?"},
                 {user.text()});
}

sdk::Result<int> AppPersonalData::erase_tenant(const sdk::CallContext& context, const sdk::TenantId& tenant) {
    return erase(sdk::on_behalf_of(context, tenant),
                 {"DELETE FROM app_notifications WHERE tenant_id = :tenant",
                  "DELETE FROM app_notification_preferences WHERE tenant_id = :tenant",
                  "DELETE FROM app_webhook_deliveries WHERE tenant_id = :tenant",
                  "DELETE FROM app_webhook_endpoints WHERE tenant_id = :tenant"},
                 {});
}

sdk::Result<int> AppPersonalData::erase(const sdk::CallContext& context, const std::vector<std::string>& statements,
                                        const sdk::DbValues& values) {
    int touched = 0;
    const auto done = database_.transaction(context, [&](sdk::Transaction& tx) -> sdk::Result<void> {
        touched = 0;
        for (const auto& statement : statements) {
            const auto gone = tx.execute(context, statement, values);
            if (!gone) return gone.error();
            touched += static_cast<int>(*gone);
        }
        return sdk::ok();
    });
    if (!done) return done.error();
    return touched;
}

}  // namespace whatsflow::app
