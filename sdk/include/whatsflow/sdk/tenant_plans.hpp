/// \file
/// Which plan a tenant is on, for lists, filters and announcements. Provided by whoever bills;
/// without one, nobody speaks of plans.
#pragma once

#include <whatsflow/sdk/call_context.hpp>
#include <whatsflow/sdk/service.hpp>

#include <string>
#include <vector>

namespace whatsflow::sdk {

struct PlanName {
    std::string code;  ///< `growth`
    std::string name;  ///< as people read it
};

struct TenantOnPlan {
    TenantId tenant;
    std::string plan;    ///< its code
    std::string cursor;  ///< the walk goes on after this one
};

/// [pool- or job-thread]
class TenantPlans : public Service {
public:
    static constexpr ServiceId kId{"whatsflow.tenant_plans", 1};

    /// Every plan that somebody may be on, in the order in which they are sold.
    virtual Result<std::vector<PlanName>> plans(const CallContext& context) = 0;
    /// Of these tenants, at most 1,000, those that are on a plan.
    virtual Result<std::vector<TenantOnPlan>> plans_of(const CallContext& context,
                                                       const std::vector<TenantId>& tenants) = 0;
    /// Tenants on this plan after `cursor`, at most `limit`: to walk over all of them.
    virtual Result<std::vector<TenantOnPlan>> tenants_on(const CallContext& context, const std::string& plan,
                                                         const std::string& cursor, int limit) = 0;

protected:
    ~TenantPlans() override;
};

}  // namespace whatsflow::sdk
