#include "dunning_trial.hpp"

namespace whatsflow::billing {

DunningOutcome tried_on(const DunningPolicy& policy, const std::vector<RefusedInvoice>& refused, LocalDate today) {
    DunningOutcome outcome;
    for (const auto& each : refused) {
        ++outcome.invoices;
        const auto days = days_between(each.refused_on, each.paid_on.value_or(today));
        // A step happens when its day comes before the money does.
        const auto reached = [&](const std::optional<int>& after) { return after && *after < days; };
        const bool over = reached(policy.canceled_after);
        const auto last = over ? *policy.canceled_after : days;
        for (const auto day : policy.retry_days) outcome.retries += day <= last ? 1 : 0;
        outcome.limited += reached(policy.limited_after) ? 1 : 0;
        outcome.suspended += reached(policy.suspended_after) ? 1 : 0;
        outcome.canceled += over ? 1 : 0;
        outcome.too_late += over && each.paid_on ? 1 : 0;
    }
    return outcome;
}

}  // namespace whatsflow::billing
