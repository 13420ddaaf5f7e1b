#include "workspaces.hpp"

#include "me.hpp"
#include "tenants.hpp"

namespace whatsflow::accounts {

using nlohmann::json;

namespace {

sdk::Result<sdk::Response> show_workspaces(Office& office, const sdk::Request& request) {
    const auto homes = memberships_of(office.database(), request.context, request.identity->subject);
    if (!homes) return homes.error();
    json rows = json::array();
    for (const auto& home : *homes)
        rows.push_back({{"id", home.tenant_id},
                        {"name", home.tenant_name},
                        {"role_name", office.text(request.locale, "roles." + home.role)},
                        {"status", home.tenant_status},
                        {"status_text", office.text(request.locale, "status." + home.tenant_status)},
                        {"is_current", home.tenant_id == request.identity->tenant.text()}});
    const bool none = rows.empty();
    return sdk::page("accounts/workspaces", {{"workspaces", std::move(rows)},
                                             {"none", none},
                                             {"notice", done_notice(office, request)},
                                             {"csrf_token", request.csrf_token}});
}

/// The session moves with a new token: what it may do has changed.
sdk::Result<sdk::Response> switch_tenant(Office& office, const sdk::Request& request) {
    const auto form = request.form();
    if (!form) return form.error();
    const auto wanted = form->get("tenant");
    // Staff act as somebody in one tenant only.
    if (!request.identity->impersonator.empty()) return nothing_there();
    const auto homes = memberships_of(office.database(), request.context, request.identity->subject);
    if (!homes) return homes.error();
    const bool belongs = std::ranges::any_of(*homes, [&](const auto& home) { return home.tenant_id == wanted; });
    if (!belongs) return nothing_there();
    const auto session = office.sessions().call(&sdk::Sessions::find, request.context, sdk::Site::app,
                                                sdk::session_token_of(request).value_or(""));
    if (!session) return session.error();
    if (!*session) return sdk::redirect_to("/login");
    const auto changed = office.sessions().call(&sdk::Sessions::change, request.context, (*session)->id,
                                                sdk::TenantId{wanted}, (*session)->facts);
    if (!changed) return changed.error();
    const auto remembered =
        office.database().execute(request.context, "UPDATE accounts_users SET recent_tenant = ? WHERE id = ?",
                                  {wanted, request.identity->subject});
    if (!remembered) return remembered.error();
    const auto renewed = office.sessions().call(&sdk::Sessions::rotate, request.context, (*session)->id);
    if (!renewed) return renewed.error();
    auto response = sdk::redirect_to(own_path(form->get("next"), "/"));
    response.header("Set-Cookie",
                    sdk::session_cookie(sdk::Site::app, renewed->token, request.secure, renewed->session.remember));
    return response;
}

}  // namespace

sdk::Result<void> register_workspaces(Office& office) {
    return Routes(office, sdk::Site::app)
        .get("/workspaces", "account.switch", "The tenants somebody belongs to", &show_workspaces)
        .post("/switch", "account.switch", "Goes to another tenant", &switch_tenant)
        .done();
}

}  // namespace whatsflow::accounts
