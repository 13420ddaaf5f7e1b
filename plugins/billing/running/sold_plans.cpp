#include "sold_plans.hpp"

#include <algorithm>

namespace whatsflow::billing {
namespace {

/// Of an account at most one is: see is_live().
constexpr const char* kLive = "state IN ('trialing', 'active', 'past_due', 'suspended', 'paused')";

std::vector<sdk::TenantOnPlan> found_in(const std::vector<sdk::Row>& rows) {
    std::vector<sdk::TenantOnPlan> found;
    found.reserve(rows.size());
    for (const auto& row : rows) found.push_back({TenantId{row.text("tenant_id")}, row.text("plan"), row.text("id")});
    return found;
}

}  // namespace

sdk::Result<std::vector<sdk::PlanName>> SoldPlans::plans(const sdk::CallContext& context) {
    const auto catalogue = transitions_.catalogue().get(context);
    if (!catalogue) return catalogue.error();
    std::vector<sdk::PlanName> names;
    for (const auto& plan : (*catalogue)->plans) names.push_back({plan.code, plan.name});
    return names;
}

sdk::Result<std::vector<sdk::TenantOnPlan>> SoldPlans::plans_of(const sdk::CallContext& context,
                                                                const std::vector<TenantId>& tenants) {
    if (tenants.empty()) return std::vector<sdk::TenantOnPlan>{};
    std::string marks;
    sdk::DbValues values;
    for (const auto& tenant : tenants) {
        if (values.size() == 1000) break;
        marks += values.empty() ? "?" : ", ?";
        values.emplace_back(tenant.text());
    }
    const auto rows = transitions_.host().database().query(
        sdk::across_tenants(context, "billing.plans_of"),
        "SELECT tenant_id, plan, id FROM billing_subscriptions WHERE tenant_id IN (" + marks + ") AND " + kLive,
        values);
    if (!rows) return rows.error();
    return found_in(*rows);
}

sdk::Result<std::vector<sdk::TenantOnPlan>> SoldPlans::tenants_on(const sdk::CallContext& context,
                                                                  const std::string& plan, const std::string& cursor,
                                                                  int limit) {
    const auto rows = transitions_.host().database().query(
        sdk::across_tenants(context, "billing.tenants_on"),
        std::string("SELECT tenant_id, plan, id FROM billing_subscriptions WHERE plan = ? AND id > ? AND ") + kLive +
            " ORDER BY id LIMIT ?",
        {plan, cursor, std::clamp(limit, 1, 5000)});
    if (!rows) return rows.error();
    return found_in(*rows);
}

}  // namespace whatsflow::billing
