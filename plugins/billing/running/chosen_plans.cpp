#include "chosen_plans.hpp"

namespace whatsflow::billing {
namespace {

constexpr std::size_t kLongestCode = 64;

sdk::CallContext context_of_sign_up() {
    sdk::CallContext context;
    context.request_id = "billing.chosen_plans";
    return context;
}

}  // namespace

sdk::Result<void> keep_chosen_plans(sdk::Host& host) {
    const auto came = [&host](const sdk::Envelope& envelope) -> sdk::Result<void> {
        const auto fields = envelope.json();
        const TenantId tenant{fields.value("tenant", std::string{})};
        const auto plan = fields.value("plan", std::string{});
        const auto interval =
            read_interval(fields.value("interval", std::string{})).value_or(Interval{IntervalUnit::month, 1});
        if (tenant.empty() || plan.empty() || plan.size() > kLongestCode) return sdk::ok();
        // An event may come twice.
        const auto known = chosen_plan_of(host, context_of_sign_up(), tenant);
        if (!known) return known.error();
        if (*known) return sdk::ok();
        const auto kept = host.database().execute(sdk::on_behalf_of(context_of_sign_up(), tenant),
                                                  "INSERT INTO billing_chosen_plans (tenant_id, plan, "
                                                  "billing_interval, chosen_at) VALUES (:tenant, ?, ?, ?)",
                                                  {plan, interval.text(), host.clock().now()});
        return kept ? sdk::ok() : sdk::Result<void>(kept.error());
    };
    return host.outbox().subscribe("billing.chosen_plans", "accounts.tenant_created/1", came);
}

sdk::Result<std::optional<ChosenPlan>> chosen_plan_of(sdk::Host& host, const sdk::CallContext& context,
                                                      const TenantId& tenant) {
    const auto row =
        host.database().query_one(sdk::on_behalf_of(context, tenant),
                                  "SELECT plan, billing_interval FROM billing_chosen_plans WHERE tenant_id = :tenant");
    if (!row) return row.error();
    const auto interval = *row ? read_interval((*row)->text("billing_interval")) : std::nullopt;
    if (!interval) return std::optional<ChosenPlan>{};
    return std::optional{ChosenPlan{(*row)->text("plan"), *interval}};
}

}  // namespace whatsflow::billing
