#include "plans.hpp"

namespace whatsflow::accounts {

std::vector<sdk::PlanName> known_plans(const Office& office, const sdk::CallContext& context) {
    const auto plans = sdk::find_service<sdk::TenantPlans>(office.host());
    if (!plans) return {};
    auto known = plans.call(&sdk::TenantPlans::plans, context);
    if (!known) {
        office.host().log().warn("the plans are not known", {{"why", known.error().message}});
        return {};
    }
    return std::move(*known);
}

std::map<std::string, std::string> plans_of(const Office& office, const sdk::CallContext& context,
                                            const std::vector<std::string>& tenants) {
    std::map<std::string, std::string> plans;
    const auto service = sdk::find_service<sdk::TenantPlans>(office.host());
    if (!service || tenants.empty()) return plans;
    std::vector<sdk::TenantId> ids;
    for (const auto& tenant : tenants) ids.emplace_back(tenant);
    const auto found = service.call(&sdk::TenantPlans::plans_of, context, ids);
    if (!found) {
        office.host().log().warn("the plans of tenants are not known", {{"why", found.error().message}});
        return plans;
    }
    for (const auto& each : *found) plans[each.tenant.text()] = each.plan;
    return plans;
}

sdk::Result<std::vector<sdk::TenantOnPlan>> tenants_on_plan(const Office& office, const sdk::CallContext& context,
                                                            const std::string& plan, const std::string& cursor,
                                                            int limit) {
    return sdk::find_service<sdk::TenantPlans>(office.host())
        .call(&sdk::TenantPlans::tenants_on, context, plan, cursor, limit);
}

}  // namespace whatsflow::accounts
