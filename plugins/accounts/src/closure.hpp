/// \file
/// Closing a tenant: the owner types its name, everybody hears of it, nothing is lost for some
/// days, then a job erases it.
#pragma once

#include "tenants.hpp"

namespace whatsflow::accounts {

sdk::Result<void> register_closure(Office& office);

/// The same by staff, for a reason that is kept.
sdk::Result<void> close_tenant_for_staff(const Office& office, const sdk::Request& request, const Tenant& tenant,
                                         const std::string& reason);
sdk::Result<void> reopen_tenant_for_staff(const Office& office, const sdk::Request& request, const Tenant& tenant,
                                          const std::string& reason);

/// What every plugin keeps of a tenant goes; then the tenant itself.
sdk::Result<void> erase_tenant_everywhere(const Office& office, const sdk::CallContext& context,
                                          const std::string& tenant_id);
sdk::Result<void> erase_user_everywhere(const Office& office, const sdk::CallContext& context,
                                        const std::string& user_id);

}  // namespace whatsflow::accounts
