/// \file
/// What subscriptions bring in a month, and what changed it: counted by whoever bills, for whoever shows it beside
/// something else, such as usage.
#pragma once

#include <whatsflow/sdk/call_context.hpp>
#include <whatsflow/sdk/service.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace whatsflow::sdk {

/// Monthly recurring revenue (MRR) of one currency over a time, in minor units, each rounded half up.
struct RecurringRevenueOf {
    std::string currency;
    std::int64_t start = 0;
    std::int64_t new_business = 0, reactivation = 0, expansion = 0;
    std::int64_t contraction = 0, churn = 0;  ///< what was lost, as positive numbers
    std::int64_t end = 0;
    /// Paying customers at the start, those of them who are none at the end, and those at the end.
    std::int64_t customers_at_start = 0, customers_left = 0, customers_at_end = 0;
};

/// [pool- or job-thread] Errors: `database.*`, and the provider's own.
class RecurringRevenue : public Service {
public:
    static constexpr ServiceId kId{"whatsflow.recurring_revenue", 1};

    /// Over the days [from, to), by currency in alphabetical order; those that never had any are left out. Without
    /// the tax that prices contain.
    virtual Result<std::vector<RecurringRevenueOf>> over(const CallContext& context, std::chrono::sys_days from,
                                                         std::chrono::sys_days to) = 0;

protected:
    ~RecurringRevenue() override;
};

}  // namespace whatsflow::sdk
