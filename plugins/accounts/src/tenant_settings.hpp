/// \file
/// What a tenant says of itself: name, language, time zone, country. A section of the app's
/// settings page, and the route its form posts to.
#pragma once

#include "forms.hpp"
#include "tenants.hpp"

namespace whatsflow::accounts {

struct TenantInput {
    std::string name;
    std::string locale;
    std::string time_zone;
    std::string country;
};

TenantInput read_tenant_input(const sdk::Fields& form);
Objections object_to_tenant(const TenantInput& input);
void add_tenant_fields(Form& form, const TenantInput& input);
/// False when somebody else changed the tenant since `version`.
sdk::Result<bool> change_tenant(const Office& office, const sdk::Request& request, const Tenant& tenant,
                                const TenantInput& input, std::int64_t version);
nlohmann::json facts_of(const TenantInput& input);

sdk::Result<void> register_tenant_settings(Office& office);

}  // namespace whatsflow::accounts
