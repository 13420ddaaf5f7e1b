#include "past_periods.hpp"

#include <algorithm>

namespace whatsflow::billing {

void note_periods(Transition& t) {
    auto* live = t.account.live_subscription();
    if (live == nullptr || live->state == SubscriptionState::trialing) return;
    auto& stretches = live->stretches;
    const auto& period = live->period();
    if (live->state == SubscriptionState::paused) {
        // The period that is paid for is counted to its end.
        if (!stretches.empty() && !stretches.back().to) stretches.back().to = period.to;
        return;
    }
    const Stretch now{period.from, std::nullopt, live->anchor, live->base().interval};
    if (stretches.empty()) return stretches.push_back(now);
    auto& last = stretches.back();
    if (last.anchor == now.anchor && last.interval == now.interval && (!last.to || period.from < *last.to)) {
        last.to.reset();
        return;
    }
    last.to = std::min(last.to.value_or(period.from), period.from);
    if (*last.to <= last.from) stretches.pop_back();
    stretches.push_back(now);
}

const Stretch* stretch_of(const Subscription& subscription, LocalDate day) {
    const auto found = std::ranges::find_if(
        subscription.stretches, [&](const Stretch& each) { return each.from <= day && (!each.to || day < *each.to); });
    return found == subscription.stretches.end() ? nullptr : &*found;
}

Span full_period_of(const Subscription& subscription, LocalDate day) {
    if (const auto* stretch = stretch_of(subscription, day))
        return stretch->anchor.period_containing(day, stretch->interval);
    return subscription.anchor.period_containing(day, subscription.base().interval);
}

}  // namespace whatsflow::billing
