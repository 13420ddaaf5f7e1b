/// \file
/// Recurring revenue for other plugins: the numbers of the reports, rounded.
#pragma once

#include "src/finance.hpp"

#include <whatsflow/sdk/recurring_revenue.hpp>

namespace whatsflow::billing {

class ToldRevenue final : public sdk::RecurringRevenue {
public:
    explicit ToldRevenue(Finance& finance) : finance_(finance) {}

    sdk::Result<std::vector<sdk::RecurringRevenueOf>> over(const sdk::CallContext& context, std::chrono::sys_days from,
                                                           std::chrono::sys_days to) override;

private:
    Finance& finance_;
};

}  // namespace whatsflow::billing
