#include "tenants.hpp"

#include "checks.hpp"
#include "events.hpp"
#include "places.hpp"
#include "search_words.hpp"

#include <whatsflow/sdk/outbox.hpp>

namespace whatsflow::accounts {

using nlohmann::json;

std::string slug_of(std::string_view name) {
    std::string slug;
    for (const char c : lowered(name)) {
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
            slug += c;
        else if (!slug.empty() && slug.back() != '-')
            slug += '-';
        if (slug.size() >= 40) break;
    }
    while (!slug.empty() && slug.back() == '-') slug.pop_back();
    return slug.empty() ? "team" : slug;
}

Tenant tenant_of(const sdk::Row& row) {
    Tenant tenant;
    tenant.profile = {sdk::TenantId{row.text("id")}, row.text("name"),    row.text("slug"),     row.text("locale"),
                      row.text("time_zone"),         row.text("country"), row.text("currency"), row.text("status"),
                      row.instant("created_at")};
    tenant.status_reason = row.text("status_reason");
    tenant.signup_facts = json::parse(row.text("signup_facts"), nullptr, false);
    tenant.suspended_at = row.maybe_integer("suspended_at");
    tenant.erase_at = row.maybe_integer("erase_at");
    tenant.version = row.integer("version");
    return tenant;
}

sdk::Result<std::optional<Tenant>> find_tenant(sdk::SqlExecutor& where, const sdk::CallContext& context,
                                               const std::string& id) {
    const auto row =
        where.query_one(context, "SELECT " + std::string(kTenantColumns) + " FROM accounts_tenants WHERE id = ?", {id});
    if (!row) return row.error();
    if (!*row) return std::optional<Tenant>{};
    return std::optional<Tenant>{tenant_of(**row)};
}

sdk::Result<sdk::TenantId> add_tenant(const Office& office, sdk::Transaction& tx, const sdk::CallContext& context,
                                      const NewTenant& wanted, const std::string& owner_id,
                                      const std::string& owner_email) {
    const sdk::TenantId tenant{sdk::make_uuid()};
    // The end of a UUID is random: names may repeat, addresses may not.
    const auto slug = slug_of(wanted.name) + "-" + tenant.text().substr(28);
    const auto zone = time_zone_of(wanted.country);
    const auto currency = currency_of(wanted.country, office.settings().default_currency);
    const auto stored = tx.execute(
        context,
        "INSERT INTO accounts_tenants (id, name, slug, locale, time_zone, country, currency, status, status_reason, "
        "signup_facts, created_at, version) VALUES (?, ?, ?, ?, ?, ?, ?, 'active', '', ?, ?, 1)",
        {tenant.text(), wanted.name, slug, wanted.locale, zone, wanted.country, currency, wanted.signup_facts.dump(),
         office.now()});
    if (!stored) return stored.error();
    if (auto done = store_words(tx, context, "tenant", tenant.text(), {wanted.name, slug, owner_email}); !done)
        return done.error();
    const TenantCreated event{tenant,
                              sdk::UserId{owner_id},
                              wanted.name,
                              owner_email,
                              wanted.locale,
                              zone,
                              wanted.country,
                              currency,
                              wanted.signup_facts.value("plan", ""),
                              wanted.signup_facts.value("interval", ""),
                              wanted.signup_facts.value("campaign", json::object())};
    if (auto done = sdk::record(office.host().outbox(), tx, context, event, tenant); !done) return done.error();
    if (auto done = add_membership(office, tx, context, tenant, owner_id, "owner"); !done) return done.error();
    return tenant;
}

sdk::Result<std::vector<Membership>> memberships_of(sdk::SqlExecutor& where, const sdk::CallContext& context,
                                                    const std::string& user_id) {
    const auto rows = where.query(sdk::across_tenants(context, "accounts.memberships_of_person"),
                                  "SELECT t.id, t.name, t.status, m.role FROM accounts_memberships m JOIN "
                                  "accounts_tenants t ON t.id = m.tenant_id WHERE m.user_id = ? ORDER BY m.joined_at "
                                  "LIMIT 200",
                                  {user_id});
    if (!rows) return rows.error();
    std::vector<Membership> memberships;
    for (const auto& row : *rows)
        memberships.push_back({row.text("id"), row.text("name"), row.text("status"), row.text("role")});
    return memberships;
}

sdk::Result<std::optional<std::string>> role_in_tenant(sdk::SqlExecutor& where, const sdk::CallContext& context,
                                                       const std::string& user_id) {
    const auto row = where.query_one(
        context, "SELECT role FROM accounts_memberships WHERE tenant_id = :tenant AND user_id = ?", {user_id});
    if (!row) return row.error();
    if (!*row) return std::optional<std::string>{};
    return std::optional<std::string>{(*row)->text("role")};
}

sdk::Result<void> add_membership(const Office& office, sdk::Transaction& tx, const sdk::CallContext& context,
                                 const sdk::TenantId& tenant, const std::string& user_id, const std::string& role) {
    const auto stored =
        tx.execute(sdk::on_behalf_of(context, tenant),
                   "INSERT INTO accounts_memberships (tenant_id, user_id, role, joined_at) VALUES (:tenant, ?, ?, ?)",
                   {user_id, role, office.now()});
    if (!stored) return stored.error();
    const auto remembered =
        tx.execute(context, "UPDATE accounts_users SET recent_tenant = ?, version = version + 1 WHERE id = ?",
                   {tenant.text(), user_id});
    if (!remembered) return remembered.error();
    return sdk::record(office.host().outbox(), tx, context, MemberJoined{tenant, sdk::UserId{user_id}, role}, tenant);
}

sdk::Result<std::int64_t> count_owners(sdk::SqlExecutor& where, const sdk::CallContext& context) {
    const auto row = where.query_one(context,
                                     "SELECT COUNT(*) AS n FROM accounts_memberships m JOIN accounts_users u ON u.id = "
                                     "m.user_id WHERE m.tenant_id = :tenant AND m.role = 'owner' AND u.status <> "
                                     "'deleting'");
    if (!row) return row.error();
    return (*row)->integer("n");
}

}  // namespace whatsflow::accounts
