#include "tenant_settings.hpp"

#include "checks.hpp"
#include "me.hpp"
#include "person_details.hpp"
#include "places.hpp"
#include "search_words.hpp"

#include <whatsflow/sdk/slots.hpp>

#include <charconv>

namespace whatsflow::accounts {

using nlohmann::json;

namespace {

sdk::Result<Tenant> own_tenant(const Office& office, const sdk::Request& request) {
    auto tenant = find_tenant(office.database(), request.context, request.context.tenant.text());
    if (!tenant) return tenant.error();
    if (!*tenant) return nothing_there();
    return std::move(**tenant);
}

TenantInput tenant_input_of(const Tenant& tenant) {
    return {tenant.profile.name, tenant.profile.locale, tenant.profile.time_zone, tenant.profile.country};
}

json settings_model(const Office& office, const sdk::Request& request, const TenantInput& input, std::int64_t version,
                    const Objections& objections) {
    Form form(office, request, "/settings/tenant", "save");
    add_tenant_fields(form, input);
    form.hidden("version", std::to_string(version)).objections(objections);
    return {{"form", form.model()},
            {"panel_title", office.text(request.locale, "tenant_settings.title")},
            {"panel_text", office.text(request.locale, "tenant_settings.text")},
            {"may_close", request.identity->may("account.security.close")}};
}

sdk::Result<sdk::View> draw_section(const Office& office, const sdk::Request& request) {
    const auto tenant = own_tenant(office, request);
    if (!tenant) return tenant.error();
    return sdk::View{"accounts/tenant_section",
                     settings_model(office, request, tenant_input_of(*tenant), tenant->version, {})};
}

/// With an objection the form stands alone on a page: the settings page belongs to the app.
sdk::Response settings_again(const Office& office, const sdk::Request& request, const TenantInput& input,
                             std::int64_t version, const Objections& objections) {
    return sdk::page("accounts/tenant_settings", settings_model(office, request, input, version, objections), 422);
}

sdk::Result<sdk::Response> receive_settings(Office& office, const sdk::Request& request) {
    const auto form = request.form();
    if (!form) return form.error();
    const auto tenant = own_tenant(office, request);
    if (!tenant) return tenant.error();
    const auto input = read_tenant_input(*form);
    const auto seen = form->get("version");
    std::int64_t version = 0;
    std::from_chars(seen.data(), seen.data() + seen.size(), version);
    auto objections = object_to_tenant(input);
    if (objections.empty()) {
        const auto changed = change_tenant(office, request, *tenant, input, version);
        if (!changed) return changed.error();
        if (*changed) return sdk::redirect_to("/settings?saved=1");
        objections.push_back(objection("form", "changed_meanwhile"));
    }
    return settings_again(office, request, input, tenant->version, objections);
}

/// Its name, its short name, and its owners' addresses.
sdk::Result<void> index_tenant(sdk::Transaction& tx, const sdk::CallContext& context, const Tenant& tenant,
                               const std::string& name) {
    const auto owners = tx.query(sdk::on_behalf_of(context, tenant.profile.id),
                                 "SELECT u.email FROM accounts_memberships m JOIN accounts_users u ON u.id = m.user_id "
                                 "WHERE m.tenant_id = :tenant AND m.role = 'owner' LIMIT 50");
    if (!owners) return owners.error();
    std::vector<std::string> texts{name, tenant.profile.slug};
    for (const auto& owner : *owners) texts.push_back(owner.text("email"));
    return store_words(tx, context, "tenant", tenant.profile.id.text(), texts);
}

}  // namespace

TenantInput read_tenant_input(const sdk::Fields& form) {
    return {tidy(form.get("name")), form.get("locale"), form.get("time_zone"), form.get("country")};
}

Objections object_to_tenant(const TenantInput& input) {
    Objections objections;
    check_text(objections, "name", input.name, 120);
    const bool spoken = std::ranges::any_of(languages(), [&](const auto& each) { return each.first == input.locale; });
    if (!spoken) objections.push_back(objection("locale", "choice"));
    if (!is_time_zone(input.time_zone)) objections.push_back(objection("time_zone", "choice"));
    if (!is_country(input.country)) objections.push_back(objection("country", "choice"));
    return objections;
}

void add_tenant_fields(Form& form, const TenantInput& input) {
    form.line({"name", "text", "organization", 120, false, nullptr, "company"}, input.name)
        .choice({"locale"}, languages(), input.locale)
        .choice({"time_zone"}, time_zones(), input.time_zone)
        .choice({"country", "", "country"}, countries(), input.country);
}

json facts_of(const TenantInput& input) {
    return {{"name", input.name}, {"locale", input.locale}, {"time_zone", input.time_zone}, {"country", input.country}};
}

sdk::Result<bool> change_tenant(const Office& office, const sdk::Request& request, const Tenant& tenant,
                                const TenantInput& input, std::int64_t version) {
    bool current = false;
    const auto& id = tenant.profile.id.text();
    const auto done = office.database().transaction(request.context, [&](sdk::Transaction& tx) -> sdk::Result<void> {
        const auto changed = tx.execute(request.context,
                                        "UPDATE accounts_tenants SET name = ?, locale = ?, time_zone = ?, country = ?, "
                                        "version = version + 1 WHERE id = ? AND version = ?",
                                        {input.name, input.locale, input.time_zone, input.country, id, version});
        if (!changed) return changed.error();
        current = *changed == 1;
        if (!current) return sdk::ok();
        if (auto found = index_tenant(tx, request.context, tenant, input.name); !found) return found;
        const sdk::AuditEntry entry{.action = "tenant.changed",
                                    .subject = {"tenant", id, input.name},
                                    .tenant = tenant.profile.id,
                                    .before = facts_of(tenant_input_of(tenant)),
                                    .after = facts_of(input)};
        return office.host().audit().append(tx, request.context, sdk::actor_of(request), entry);
    });
    if (!done) return done.error();
    return current;
}

sdk::Result<void> register_tenant_settings(Office& office) {
    const sdk::SettingsSection section{
        sdk::Site::app,
        "accounts.tenant",
        "accounts.tenant_settings.title",
        "tenant.manage",
        10,
        [&office](const sdk::Request& request) { return draw_section(office, request); }};
    if (auto done = office.host().contribute(section); !done) return done;
    return Routes(office, sdk::Site::app)
        .post("/settings/tenant", "tenant.manage", "Changes what the tenant says of itself", &receive_settings)
        .done();
}

}  // namespace whatsflow::accounts
