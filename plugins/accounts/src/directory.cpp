#include "directory.hpp"

#include "tenants.hpp"

#include <algorithm>

namespace whatsflow::accounts {

sdk::Result<std::optional<sdk::TenantProfile>> AccountsDirectory::tenant(const sdk::CallContext& context,
                                                                         const sdk::TenantId& id) {
    const auto found = find_tenant(office_.database(), context, id.text());
    if (!found) return found.error();
    if (!*found) return std::optional<sdk::TenantProfile>{};
    return std::optional{(*found)->profile};
}

sdk::Result<std::vector<sdk::MemberProfile>> AccountsDirectory::members(const sdk::CallContext& context,
                                                                        const sdk::TenantId& id,
                                                                        const std::vector<std::string>& roles) {
    std::string sql =
        "SELECT u.id, u.email, u.name, u.locale, u.status, m.role FROM accounts_memberships m JOIN accounts_users u ON "
        "u.id = m.user_id WHERE m.tenant_id = :tenant";
    sdk::DbValues values;
    if (!roles.empty()) {
        sql += " AND m.role IN (";
        for (const auto& role : roles) {
            sql += values.empty() ? "?" : ", ?";
            values.emplace_back(role);
        }
        sql += ")";
    }
    sql += " ORDER BY m.joined_at, u.id LIMIT 1000";
    const auto rows = office_.database().query(sdk::on_behalf_of(context, id), sql, values);
    if (!rows) return rows.error();
    std::vector<sdk::MemberProfile> members;
    for (const auto& row : *rows)
        members.push_back({sdk::UserId{row.text("id")}, row.text("email"), row.text("name"), row.text("role"),
                           row.text("locale"), row.text("status") != "unverified"});
    return members;
}

sdk::Result<std::vector<sdk::TenantProfile>> AccountsDirectory::tenants(const sdk::CallContext& context,
                                                                        const std::string& after, int limit) {
    const auto rows = office_.database().query(
        context, "SELECT " + std::string(kTenantColumns) + " FROM accounts_tenants WHERE id > ? ORDER BY id LIMIT ?",
        {after, std::clamp(limit, 1, 1000)});
    if (!rows) return rows.error();
    std::vector<sdk::TenantProfile> tenants;
    for (const auto& row : *rows) tenants.push_back(tenant_of(row).profile);
    return tenants;
}

}  // namespace whatsflow::accounts
