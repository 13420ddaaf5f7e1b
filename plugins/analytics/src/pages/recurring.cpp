#include "recurring.hpp"

namespace whatsflow::analytics::pages {

sdk::Result<std::vector<sdk::RecurringRevenueOf>> recurring_over(const AnalyticsOffice& office,
                                                                 const sdk::CallContext& context, const Scope& scope) {
    const auto service = sdk::find_service<sdk::RecurringRevenue>(office.host);
    if (!service) return std::vector<sdk::RecurringRevenueOf>{};
    const auto first = std::chrono::sys_days{std::chrono::days{scope.times.first_day}};
    return service.call(&sdk::RecurringRevenue::over, context, first, first + std::chrono::days{scope.times.days});
}

void add_recurring(Report& report, const std::vector<sdk::RecurringRevenueOf>& all) {
    std::vector<std::vector<std::string>> rows;
    for (const auto& each : all) {
        const auto money = [&](std::int64_t amount) { return decimal({amount, each.currency}); };
        rows.push_back({each.currency, money(each.start), money(each.new_business), money(each.reactivation),
                        money(each.expansion), money(-each.contraction), money(-each.churn), money(each.end)});
    }
    report.table(
        "recurring",
        {"currency", "#mrr_start", "#mrr_new", "#mrr_back", "#mrr_grown", "#mrr_shrunk", "#mrr_lost", "#mrr_end"},
        std::move(rows));
}

}  // namespace whatsflow::analytics::pages
