/// \file
/// /tenants/{id} in the admin panel: one tenant, its members, and what can be done about it.
#pragma once

#include "forms.hpp"
#include "tenants.hpp"

namespace whatsflow::accounts {

sdk::Result<void> register_staff_tenant_page(Office& office);

}  // namespace whatsflow::accounts
