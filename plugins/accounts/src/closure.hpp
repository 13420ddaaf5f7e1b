/// \file
/// Closing a tenant: the owner types its name, everybody hears of it, nothing is lost for some
/// days, then a job erases it.
#pragma once

#include "office.hpp"

namespace whatsflow::accounts {

sdk::Result<void> register_closure(Office& office);

/// What every plugin keeps of a tenant goes; then the tenant itself.
sdk::Result<void> erase_tenant_everywhere(const Office& office, const sdk::CallContext& context,
                                          const std::string& tenant_id);
sdk::Result<void> erase_user_everywhere(const Office& office, const sdk::CallContext& context,
                                        const std::string& user_id);

}  // namespace whatsflow::accounts
