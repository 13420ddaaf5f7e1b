#include "limit_trial.hpp"

#include <algorithm>

namespace whatsflow::billing {

LimitOutcome tried_on(const Meter& meter, const std::vector<UsedLimit>& used) {
    LimitOutcome outcome;
    const auto& policy = meter.policy;
    const bool billed = meter.overage.has_value();
    for (const auto& each : used) {
        ++outcome.counters;
        if (!policy.warn_at_percent.empty() && each.limit > 0 &&
            static_cast<Wide>(each.used) * 100 >= static_cast<Wide>(each.limit) * policy.warn_at_percent.front())
            ++outcome.warned;
        if (billed) {
            const auto over = std::max<std::int64_t>(0, each.used - each.limit);
            if (over > 0)
                outcome.overage[each.currency] =
                    sum(outcome.overage[each.currency], price_of_overage(*meter.overage, over));
            continue;
        }
        if (policy.kind == LimitKind::soft || policy.kind == LimitKind::unlimited) continue;
        const auto grace = policy.kind == LimitKind::grace ? policy.grace_percent : 0;
        const auto most = checked(static_cast<Wide>(each.limit) * (100 + grace) / 100);
        if (each.used >= most && most > 0) ++outcome.stopped;
        outcome.refused += std::max<std::int64_t>(0, each.used - most);
    }
    return outcome;
}

Amount tax_at(const TaxRate& rate, Amount amount) {
    const Wide digits = rate.percent.digits, whole = static_cast<Wide>(100) * rate.percent.denominator();
    return checked(round_half_up(static_cast<Wide>(amount) * digits, rate.inclusive ? whole + digits : whole));
}

}  // namespace whatsflow::billing
