#include "usage.hpp"

#include <algorithm>

namespace whatsflow::billing {

std::optional<std::int64_t> limit_of(const Catalogue& catalogue, const Subscription& subscription,
                                     const std::string& meter) {
    const auto* plan = catalogue.find_plan(subscription.plan(), subscription.base().plan_version);
    if (plan == nullptr) return std::nullopt;
    const bool trial = subscription.state == SubscriptionState::trialing && plan->trial_limits;
    const auto& limits = trial ? *plan->trial_limits : plan->limits;
    const auto found = limits.find(meter);
    if (found == limits.end() || !found->second) return std::nullopt;
    std::int64_t limit = *found->second;
    for (const auto& item : subscription.items) {
        const auto* add_on = item.kind == ItemKind::add_on && !item.ended
                                 ? catalogue.find_add_on(item.code, item.plan_version)
                                 : nullptr;
        const auto adds = add_on == nullptr ? Limits::const_iterator{} : add_on->adds_to_limits.find(meter);
        if (add_on == nullptr || adds == add_on->adds_to_limits.end()) continue;
        if (!adds->second) return std::nullopt;
        limit = checked(static_cast<Wide>(*adds->second) * item.quantity + limit);
    }
    return limit;
}

UsageVerdict judge_usage(const Meter& meter, const UsageCounter& counter, std::int64_t quantity) {
    UsageVerdict verdict;
    if (!counter.limit) return verdict;
    const auto limit = *counter.limit;
    const Wide after = static_cast<Wide>(counter.used) + counter.reserved + quantity;
    const bool billed = meter.overage && !counter.trial;
    if (quantity > 0 && !billed) {
        const auto kind = counter.trial ? LimitKind::hard : meter.policy.kind;
        if (kind == LimitKind::hard) verdict.allowed = after <= limit;
        if (kind == LimitKind::grace)
            verdict.allowed = after * 100 <= static_cast<Wide>(limit) * (100 + meter.policy.grace_percent);
    }
    if (!verdict.allowed || limit == 0) return verdict;
    for (const int percent : meter.policy.warn_at_percent) {
        const Wide threshold = static_cast<Wide>(limit) * percent;
        if (static_cast<Wide>(counter.used) * 100 < threshold &&
            (static_cast<Wide>(counter.used) + quantity) * 100 >= threshold)
            verdict.crossed.push_back(percent);
    }
    return verdict;
}

namespace {

/// In parts of a unit. What is given back before it is known to be held makes nothing negative.
Wide parts_of(const UsageCounter& counter) {
    if (counter.aggregation != Aggregation::time_weighted) return counter.used;
    return std::max<Wide>(0, static_cast<Wide>(counter.level) * counter.period.days() - counter.moment);
}

}  // namespace

std::int64_t units_over(const UsageCounter& counter) {
    if (!counter.limit) return 0;
    return static_cast<std::int64_t>(
        std::max<Wide>(0, parts_of(counter) - static_cast<Wide>(*counter.limit) * counter.whole));
}

Fraction usage_of(const UsageCounter& counter) {
    return {parts_of(counter), counter.whole};
}

void refresh(UsageCounter& counter) {
    if (counter.aggregation == Aggregation::time_weighted) counter.used = usage_of(counter).rounded();
}

void merge_at_the_end(UsageCounter& last, UsageCounter& late) {
    switch (last.aggregation) {
        case Aggregation::sum:
        case Aggregation::count: last.used += late.used; break;
        case Aggregation::unique_count:
        case Aggregation::max: last.used = std::max(last.used, late.used); break;
        case Aggregation::latest:
            if (late.latest_at) {
                last.used = late.used;
                last.latest_at = late.latest_at;
            }
            break;
        case Aggregation::time_weighted: break;  // held for no day of it
    }
    late.used = late.start = late.level = late.moment = 0;
    late.latest_at.reset();
}

}  // namespace whatsflow::billing
