/// \file
/// Suspending a tenant and making it active again: the rule, for one tenant and for many.
#pragma once

#include "tenants.hpp"

namespace whatsflow::accounts {

enum class SuspensionChange { suspend, unsuspend };

/// Whether the change means something for a tenant in this state.
bool applies(SuspensionChange change, const Tenant& tenant);

/// With audit entry, event, and a mail to the owners, in one transaction. False: the tenant
/// was not in the state for it.
sdk::Result<bool> change_suspension(Office& office, const sdk::Request& request, const std::string& tenant_id,
                                    SuspensionChange change, const std::string& reason);

}  // namespace whatsflow::accounts
