/// \file
/// Recurring revenue, as whoever bills counts it, on pages of analytics.
#pragma once

#include "report.hpp"

#include <whatsflow/sdk/recurring_revenue.hpp>

namespace whatsflow::analytics::pages {

/// Over the days of the scope. Empty where nobody bills.
sdk::Result<std::vector<sdk::RecurringRevenueOf>> recurring_over(const AnalyticsOffice& office,
                                                                 const sdk::CallContext& context, const Scope& scope);

/// What they began with, what changed it, what they ended with: a line a currency.
void add_recurring(Report& report, const std::vector<sdk::RecurringRevenueOf>& all);

}  // namespace whatsflow::analytics::pages
