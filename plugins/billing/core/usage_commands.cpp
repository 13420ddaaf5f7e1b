// Usage: counted once, in the period its timestamp belongs to.
#include "handlers.hpp"

namespace whatsflow::billing {
namespace {

/// Clocks of two machines differ a little.
constexpr std::chrono::minutes kSkew{5};

Span period_of_usage(const Subscription& subscription, const Meter& meter, LocalDate day) {
    if (meter.reset == MeterReset::never) return {subscription.started_on, LocalDate::of(9999, 12, 31)};
    const auto& now = subscription.period();
    if (now.contains(day)) return now;
    auto period = subscription.anchor.period_containing(day, subscription.base().interval);
    if (day >= now.to) return {std::max(period.from, now.to), period.to};
    return {std::max(period.from, subscription.started_on), std::min(period.to, now.from)};
}

UsageCounter& counter_for(Transition& t, const Subscription& subscription, const Meter& meter, LocalDate day) {
    for (auto& counter : t.account.counters)
        if (counter.subscription == subscription.id && counter.meter == meter.code && counter.period.contains(day))
            return counter;
    UsageCounter counter;
    counter.id = t.make<CounterId>();
    counter.meter = meter.code;
    counter.subscription = subscription.id;
    counter.period = period_of_usage(subscription, meter, day);
    counter.trial =
        subscription.trial_end && counter.period.from < *subscription.trial_end && meter.reset == MeterReset::period;
    counter.closed = meter.reset == MeterReset::period && counter.period.to <= subscription.period().from;
    counter.limit = limit_of(t.catalogue, subscription, meter.code);
    t.account.counters.push_back(std::move(counter));
    return t.account.counters.back();
}

const Meter& known_meter(const Transition& t, const std::string& code) {
    const auto* meter = t.catalogue.find_meter(code);
    if (meter == nullptr) refuse("billing.unknown_meter", "There is no meter '" + code + "'.");
    return *meter;
}

void refuse_over_limit(const UsageCounter& counter, std::int64_t quantity) {
    refuse("billing.limit_exceeded", "'" + counter.meter + "' has " + std::to_string(counter.used) + " of " +
                                         std::to_string(counter.limit.value_or(0)) + " used; " +
                                         std::to_string(quantity) + " more are not allowed until " +
                                         counter.period.to.text() + ".");
}

}  // namespace

void count_from_now(Transition& t, const std::string& meter) {
    counter_for(t, t.live(), known_meter(t, meter), t.today);
}

void handle(Transition& t, const ReportUsage& command) {
    const auto& meter = known_meter(t, command.meter);
    const auto& subscription = t.live();
    if (!command.event_id.empty()) {
        for (const auto& seen : t.account.seen_usage)
            if (seen.key == command.event_id) {
                t.out.repeated = true;
                return;
            }
        t.account.seen_usage.push_back({command.event_id, {}});
    }
    const auto at = command.at.value_or(t.now);
    if (at > t.now + kSkew) refuse("billing.usage_in_future", "The timestamp of this usage lies in the future.");
    const bool gauge = meter.reset == MeterReset::never;
    if (command.quantity > 1'000'000'000'000 || command.quantity < -1'000'000'000'000 || command.quantity == 0 ||
        (command.quantity < 0 && !gauge))
        refuse("billing.bad_quantity", "Usage is a number of units of at least 1 and at most a million millions.");
    const auto day = t.account.today(at);
    if (day < subscription.started_on)
        refuse("billing.usage_before_start", "The subscription began on " + subscription.started_on.text() + ".");
    auto& counter = counter_for(t, subscription, meter, day);
    if (!counter.closed) counter.limit = limit_of(t.catalogue, subscription, meter.code);
    if (counter.used + command.quantity < 0) refuse("billing.bad_quantity", "A gauge does not go below zero.");
    const auto verdict = judge_usage(meter, counter, command.quantity);
    if (!verdict.allowed) refuse_over_limit(counter, command.quantity);
    counter.used += command.quantity;
    if (counter.used > 1'000'000'000'000'000)
        refuse("billing.bad_quantity", "A counter holds a thousand million millions at most.");
    for (const int percent : verdict.crossed)
        t.tell("billing.limit_reached/1", {{"tenant", t.account.profile.tenant.text()},
                                           {"meter", counter.meter},
                                           {"percent", percent},
                                           {"used", counter.used},
                                           {"limit", *counter.limit},
                                           {"period_start", counter.period.from.text()}});
}

void handle(Transition& t, const ReserveUsage& command) {
    const auto& meter = known_meter(t, command.meter);
    if (command.quantity < 1) refuse("billing.bad_quantity", "At least one unit is reserved.");
    auto& counter = counter_for(t, t.live(), meter, t.today);
    counter.limit = limit_of(t.catalogue, t.live(), meter.code);
    if (!judge_usage(meter, counter, command.quantity).allowed) refuse_over_limit(counter, command.quantity);
    counter.reserved += command.quantity;
}

void handle(Transition& t, const ReleaseUsage& command) {
    const auto& meter = known_meter(t, command.meter);
    auto& counter = counter_for(t, t.live(), meter, t.today);
    if (command.quantity < 1 || command.quantity > counter.reserved)
        refuse("billing.bad_quantity", std::to_string(counter.reserved) + " units are reserved.");
    counter.reserved -= command.quantity;
}

}  // namespace whatsflow::billing
