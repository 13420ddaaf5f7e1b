/// \file
/// Which plans tenants are on, as far as somebody here bills. Without one there are no plans,
/// and a failure of it leaves the lists as they are without plans.
#pragma once

#include "office.hpp"

#include <whatsflow/sdk/tenant_plans.hpp>

#include <map>
#include <string>
#include <vector>

namespace whatsflow::accounts {

std::vector<sdk::PlanName> known_plans(const Office& office, const sdk::CallContext& context);

/// The codes of the plans of these tenants, by tenant.
std::map<std::string, std::string> plans_of(const Office& office, const sdk::CallContext& context,
                                            const std::vector<std::string>& tenants);

sdk::Result<std::vector<sdk::TenantOnPlan>> tenants_on_plan(const Office& office, const sdk::CallContext& context,
                                                            const std::string& plan, const std::string& cursor,
                                                            int limit);

}  // namespace whatsflow::accounts
