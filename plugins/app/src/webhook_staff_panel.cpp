#include "webhook_staff_panel.hpp"

#include "words.hpp"

#include <whatsflow/sdk/directory.hpp>
#include <whatsflow/sdk/slots.hpp>

namespace whatsflow::app {
namespace {

using nlohmann::json;

constexpr int kShownToStaff = 20;
constexpr const char* kStaffMay = "app.webhooks.read";

std::string tone_of_delivery(const std::string& state) {
    if (state == "delivered") return "good";
    if (state == "failed") return "bad";
    return state == "retrying" ? "warn" : "busy";
}

/// `https://shop.example`, without the path, which may hold a secret of the tenant's.
std::string server_of(const std::string& url) {
    const auto begin = url.find("://");
    if (begin == std::string::npos) return {};
    return url.substr(0, url.find_first_of("/?#", begin + 3));
}

std::string tenant_name(sdk::Host& host, const sdk::CallContext& context, const std::string& id) {
    const auto profile =
        sdk::find_service<sdk::Directory>(host).call(&sdk::Directory::tenant, context, sdk::TenantId{id});
    return profile && *profile ? (*profile)->name : id;
}

sdk::Result<sdk::View> draw_deliveries(sdk::Host& host, const sdk::Request& request) {
    const auto rows = host.database().query(
        sdk::across_tenants(request.context, "admin.webhooks"),
        "SELECT d.tenant_id, d.event, d.state, d.attempts, d.last_status, d.last_error, d.created_at, e.url FROM "
        "app_webhook_deliveries d JOIN app_webhook_endpoints e ON e.id = d.endpoint_id AND e.tenant_id = d.tenant_id "
        "ORDER BY d.created_at DESC LIMIT ?",
        {kShownToStaff});
    if (!rows) return rows.error();
    auto deliveries = json::array();
    for (const auto& row : *rows) {
        const auto state = row.text("state");
        const auto status = row.integer("last_status");
        deliveries.push_back({{"tenant_name", tenant_name(host, request.context, row.text("tenant_id"))},
                              {"tenant_path", "/tenants/" + row.text("tenant_id")},
                              {"event", row.text("event")},
                              {"server", server_of(row.text("url"))},
                              {"status", tone_of_delivery(state)},
                              {"status_text", word(host, request, "webhooks.delivery." + state)},
                              {"answer", status == 0 ? row.text("last_error") : std::to_string(status)},
                              {"tries", row.integer("attempts")},
                              {"at", row.integer("created_at")}});
    }
    return sdk::View{"app/webhook_staff_panel", {{"deliveries", std::move(deliveries)}}};
}

}  // namespace

sdk::Result<void> contribute_webhook_panel(sdk::Host& host) {
    const sdk::PermissionDefinition may{sdk::Site::admin,
                                        kStaffMay,
                                        "app.permissions.webhooks_staff",
                                        {"super_admin", "support_admin", "read_only"},
                                        false};
    if (auto done = host.contribute(may); !done) return done;
    return host.contribute(
        sdk::DetailPanel{sdk::Site::admin, "webhooks", "app.webhooks", "app.webhooks.staff_title", kStaffMay, 20,
                         [&host](const sdk::Request& request) { return draw_deliveries(host, request); }});
}

}  // namespace whatsflow::app
