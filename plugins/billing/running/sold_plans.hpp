/// \file
/// Which plan a tenant is on, for everybody who asks: the lists of staff, announcements.
#pragma once

#include "transitions.hpp"

#include <whatsflow/sdk/tenant_plans.hpp>

namespace whatsflow::billing {

class SoldPlans final : public sdk::TenantPlans {
public:
    explicit SoldPlans(Transitions& transitions) : transitions_(transitions) {}

    sdk::Result<std::vector<sdk::PlanName>> plans(const sdk::CallContext& context) override;
    sdk::Result<std::vector<sdk::TenantOnPlan>> plans_of(const sdk::CallContext& context,
                                                         const std::vector<TenantId>& tenants) override;
    sdk::Result<std::vector<sdk::TenantOnPlan>> tenants_on(const sdk::CallContext& context, const std::string& plan,
                                                           const std::string& cursor, int limit) override;

private:
    Transitions& transitions_;
};

}  // namespace whatsflow::billing
