/// \file
/// Tenants and who belongs to them.
#pragma once

#include "office.hpp"

#include <whatsflow/sdk/directory.hpp>

#include <optional>
#include <string>
#include <vector>

namespace whatsflow::accounts {

struct Tenant {
    sdk::TenantProfile profile;
    std::string status_reason;
    nlohmann::json signup_facts;
    std::optional<std::int64_t> suspended_at;
    std::optional<std::int64_t> erase_at;
    std::int64_t version = 1;
};

/// What a new tenant begins with. Zone and currency come from the country.
struct NewTenant {
    std::string name;
    std::string country;
    std::string locale = "en";
    nlohmann::json signup_facts = nlohmann::json::object();  ///< plan, interval, campaign
};

struct Membership {
    std::string tenant_id;
    std::string tenant_name;
    std::string tenant_status;
    std::string role;
};

/// The tenant, its owner's membership, and the event that tells of it.
sdk::Result<sdk::TenantId> add_tenant(const Office& office, sdk::Transaction& tx, const sdk::CallContext& context,
                                      const NewTenant& wanted, const std::string& owner_id,
                                      const std::string& owner_email);
sdk::Result<std::optional<Tenant>> find_tenant(sdk::SqlExecutor& where, const sdk::CallContext& context,
                                               const std::string& id);
Tenant tenant_of(const sdk::Row& row);
/// The columns that tenant_of() needs.
inline constexpr const char* kTenantColumns =
    "id, name, slug, locale, time_zone, country, currency, status, status_reason, signup_facts, created_at, "
    "suspended_at, erase_at, version";

/// Where somebody belongs, longest first. Crosses tenants: the person is what it is bound to.
sdk::Result<std::vector<Membership>> memberships_of(sdk::SqlExecutor& where, const sdk::CallContext& context,
                                                    const std::string& user_id);
/// The role in the context's tenant, or nothing.
sdk::Result<std::optional<std::string>> role_in_tenant(sdk::SqlExecutor& where, const sdk::CallContext& context,
                                                       const std::string& user_id);
sdk::Result<void> add_membership(const Office& office, sdk::Transaction& tx, const sdk::CallContext& context,
                                 const sdk::TenantId& tenant, const std::string& user_id, const std::string& role);
/// How many owners the context's tenant has, without those who are being deleted.
sdk::Result<std::int64_t> count_owners(sdk::SqlExecutor& where, const sdk::CallContext& context);

/// `Anna's Flowers` → `anna-s-flowers`, never empty.
std::string slug_of(std::string_view name);

}  // namespace whatsflow::accounts
