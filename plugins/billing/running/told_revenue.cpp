#include "told_revenue.hpp"

#include "src/metrics/revenue_metrics.hpp"

namespace whatsflow::billing {
namespace {

LocalDate day_of(std::chrono::sys_days day) {
    return {static_cast<std::int32_t>(day.time_since_epoch().count())};
}

}  // namespace

sdk::Result<std::vector<sdk::RecurringRevenueOf>> ToldRevenue::over(const sdk::CallContext& context,
                                                                    std::chrono::sys_days from,
                                                                    std::chrono::sys_days to) {
    const auto open = sdk::across_tenants(context, "billing.recurring_revenue");
    const auto sums = finance_.movement_sums_between(open, {LocalDate{}, day_of(from), day_of(to)});
    if (!sums) return sums.error();
    const auto customers = finance_.customers(open, day_of(from), day_of(to));
    if (!customers) return customers.error();
    std::vector<sdk::RecurringRevenueOf> all;
    for (const auto& each : revenue_metrics(sums->at(0), sums->at(1), *customers))
        all.push_back({each.currency, each.start_mrr.rounded(), each.new_business.rounded(),
                       each.reactivation.rounded(), each.expansion.rounded(), each.contraction.rounded(),
                       each.churn.rounded(), each.end_mrr().rounded(), each.customers.at_start, each.customers.left,
                       each.customers.at_end});
    return all;
}

}  // namespace whatsflow::billing
