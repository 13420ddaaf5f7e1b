// Usage: counted once, in the period its timestamp belongs to.
#include "handlers.hpp"
#include "past_periods.hpp"

#include <algorithm>
#include <tuple>

namespace whatsflow::billing {
namespace {

/// Clocks of two machines differ a little.
constexpr std::chrono::minutes kSkew{5};

Span period_of_usage(const Subscription& subscription, const Meter& meter, LocalDate day) {
    if (meter.reset == MeterReset::never) return {subscription.started_on, LocalDate::of(9999, 12, 31)};
    const auto& now = subscription.period();
    if (now.contains(day)) return now;
    auto period = full_period_of(subscription, day);
    if (day >= now.to) return {std::max(period.from, now.to), period.to};
    period = {std::max(period.from, subscription.started_on), std::min(period.to, now.from)};
    if (const auto* stretch = stretch_of(subscription, day))
        period = {std::max(period.from, stretch->from), std::min(period.to, stretch->to.value_or(period.to))};
    return period;
}

/// A counter that is made late, for a period before others, begins with what those began with.
void begin_with_what_is_held(const Transition& t, const Subscription& subscription, UsageCounter& counter) {
    const auto held = subscription.held.find(counter.meter);
    counter.start = held == subscription.held.end() ? 0 : held->second;
    auto first = LocalDate::of(9999, 12, 31);
    for (const auto& other : t.account.counters)
        if (other.subscription == subscription.id && other.meter == counter.meter &&
            other.aggregation == Aggregation::time_weighted && other.period.from > counter.period.from &&
            other.period.from < first) {
            first = other.period.from;
            counter.start = other.start;
        }
    counter.level = counter.start;
    counter.whole = counter.trial ? counter.period.days() : full_period_of(subscription, counter.period.from).days();
    refresh(counter);
}

/// Where usage of this day is counted: on the live subscription, or on one that has ended while its last
/// invoice still waits: of what was used before the end.
Subscription& counted_on(Transition& t, std::optional<sdk::Instant> at) {
    const auto day = t.account.today(at.value_or(t.now));
    auto* live = t.account.live_subscription();
    if (live != nullptr && day >= live->started_on) return *live;
    for (const auto& draft : t.account.waiting_drafts) {
        auto& ended = *t.account.find_subscription(draft.subscription);
        if (!is_live(ended.state) && at && *at <= draft.drafted_at && day >= ended.started_on) return ended;
    }
    return t.live();
}

UsageCounter* counter_on(Transition& t, const SubscriptionId& subscription, const std::string& meter, LocalDate day) {
    for (auto& counter : t.account.counters)
        if (counter.subscription == subscription && counter.meter == meter && counter.period.contains(day))
            return &counter;
    return nullptr;
}

/// The day of the end belongs to the last period that was counted in.
LocalDate counted_day(const Account& account, const Subscription& subscription, const std::string& meter,
                      LocalDate day) {
    if (is_live(subscription.state) || day < *subscription.cancel_at) return day;
    for (const auto& counter : account.counters)
        if (counter.subscription == subscription.id && counter.meter == meter && counter.period.contains(day))
            return day;
    return std::max(subscription.started_on, subscription.cancel_at->plus_days(-1));
}

UsageCounter& counter_for(Transition& t, const Subscription& subscription, const Meter& meter, LocalDate day) {
    if (auto* known = counter_on(t, subscription.id, meter.code, day)) return *known;
    UsageCounter counter;
    counter.id = t.make<CounterId>();
    counter.meter = meter.code;
    counter.subscription = subscription.id;
    counter.period = period_of_usage(subscription, meter, day);
    counter.trial =
        subscription.trial_end && counter.period.from < *subscription.trial_end && meter.reset == MeterReset::period;
    counter.closed = meter.reset == MeterReset::period && counter.period.to <= subscription.period().from;
    if (!is_live(subscription.state) && meter.reset == MeterReset::period) {
        counter.closed = true;
        counter.period.to =
            std::max(counter.period.from.plus_days(1), std::min(counter.period.to, *subscription.cancel_at));
    }
    counter.limit = limit_of(t.catalogue, subscription, meter.code);
    counter.aggregation = meter.aggregation;
    if (meter.aggregation == Aggregation::time_weighted) begin_with_what_is_held(t, subscription, counter);
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

constexpr std::int64_t kMostUnits = 1'000'000'000'000;
constexpr std::int64_t kMostCounted = 1'000'000'000'000'000;
constexpr std::int64_t kMostMoment = kMostCounted * 1'000;

void check_event(const Meter& meter, const UsageCounter& counter, const ReportUsage& event) {
    const auto bad = [](const std::string& why) { refuse("billing.bad_quantity", why); };
    const bool unique = counter.aggregation == Aggregation::unique_count;
    if (unique && event.value.empty())
        refuse("billing.value_required", "'" + meter.code + "' counts different values: name one.");
    if (!unique && !event.value.empty())
        refuse("billing.value_not_counted", "'" + meter.code + "' does not count different values: leave it out.");
    switch (counter.aggregation) {
        case Aggregation::sum:
            if (event.quantity == 0 || (event.quantity < 0 && meter.reset == MeterReset::period))
                bad("Usage is a number of units of at least 1 and at most a million millions.");
            return;
        case Aggregation::count:
        case Aggregation::unique_count:
            if (event.quantity != 1) bad("'" + meter.code + "' counts events: the quantity of each is 1.");
            return;
        case Aggregation::max:
        case Aggregation::latest:
            if (event.quantity < 0) bad("'" + meter.code + "' is told how many there are: at least 0.");
            return;
        case Aggregation::time_weighted:
            if (event.quantity == 0) bad("'" + meter.code + "' is told how many more or fewer there are, not 0.");
            return;
    }
}

bool is_new_value(Transition& t, const UsageCounter& counter, const std::string& value) {
    const auto key = counter.id.text() + " " + value;
    if (std::ranges::find(t.account.counted_values, key, &SeenKey::key) != t.account.counted_values.end()) return false;
    t.account.counted_values.push_back({key, {}});
    return true;
}

/// The counter as it is with this event. No order of the same events ends in another number.
UsageCounter with_event(Transition& t, UsageCounter counter, const ReportUsage& event, sdk::Instant at, LocalDate day) {
    switch (counter.aggregation) {
        case Aggregation::sum: counter.used += event.quantity; break;
        case Aggregation::count: ++counter.used; break;
        case Aggregation::unique_count: counter.used += is_new_value(t, counter, event.value) ? 1 : 0; break;
        case Aggregation::max: counter.used = std::max(counter.used, event.quantity); break;
        case Aggregation::latest:
            if (counter.latest_at && std::tie(at, event.quantity) < std::tie(*counter.latest_at, counter.used)) break;
            counter.latest_at = at;
            counter.used = event.quantity;
            break;
        case Aggregation::time_weighted:
            counter.level += event.quantity;
            counter.moment += event.quantity * days_between(counter.period.from, day);
            if (counter.moment > kMostMoment || counter.moment < -kMostMoment)
                refuse("billing.bad_quantity", "So much goes up and down that it cannot be weighed any more.");
            refresh(counter);
            break;
    }
    return counter;
}

/// What is held on from this event is held in the periods after it, too: also in one that is over.
void hold_from(Transition& t, Subscription& subscription, const UsageCounter& counter, std::int64_t more) {
    auto& held = subscription.held[counter.meter];
    held += more;
    if (held > kMostCounted || held < -kMostCounted)
        refuse("billing.bad_quantity", "A counter holds a thousand million millions at most.");
    for (auto& later : t.account.counters) {
        if (later.subscription != subscription.id || later.meter != counter.meter ||
            later.aggregation != Aggregation::time_weighted || later.period.from <= counter.period.from)
            continue;
        later.start += more;
        later.level += more;
        refresh(later);
    }
}

/// The first day from `day` on that was no day of a pause.
LocalDate after_pause(const Subscription& subscription, const Meter& meter, LocalDate day, LocalDate until) {
    const auto& known = subscription.stretches;
    if (known.empty() || day < known.front().from)
        refuse("billing.usage_too_old", "'" + meter.code + "' was not counted on " + day.text() +
                                            ", and it is not known any more which period that was: what is held "
                                            "since an earlier day cannot be billed. Give a timestamp from " +
                                            (known.empty() ? until : known.front().from).text() + " on.");
    const auto next = std::ranges::lower_bound(known, day, {}, &Stretch::from);
    return next == known.end() ? until : next->from;
}

/// What is held from a day that is long over is held in each period since, also where nobody spoke of any
/// and there is no counter yet.
void count_since(Transition& t, const Subscription& subscription, const Meter& meter, LocalDate from) {
    // The period that runs is counted with each change; the one before a pause or the end is over.
    auto until = subscription.period().from;
    if (subscription.state == SubscriptionState::paused) until = subscription.period().to;
    if (!is_live(subscription.state)) until = *subscription.cancel_at;
    auto day = std::max(from, subscription.trial_end.value_or(from));
    while (day < until) {
        if (const auto* known = counter_on(t, subscription.id, meter.code, day)) {
            day = known->period.to;
            continue;
        }
        if (stretch_of(subscription, day) == nullptr) {
            day = after_pause(subscription, meter, day, until);
            continue;
        }
        auto& counter = counter_for(t, subscription, meter, day);
        counter.period.from = day;
        for (const auto& other : t.account.counters)
            if (other.subscription == subscription.id && other.meter == meter.code && other.period.from > day)
                counter.period.to = std::min(counter.period.to, other.period.from);
        refresh(counter);
        day = counter.period.to;
    }
}

}  // namespace

void count_what_is_held(Transition& t) {
    const auto* live = t.account.live_subscription();
    if (live == nullptr || live->state == SubscriptionState::paused || !live->period().contains(t.date)) return;
    for (const auto& [code, held] : live->held)
        if (const auto* meter = t.catalogue.find_meter(code);
            held != 0 && meter != nullptr && meter->aggregation == Aggregation::time_weighted)
            counter_for(t, *live, *meter, t.date);
}

void count_from_now(Transition& t, const std::string& meter) {
    counter_for(t, t.live(), known_meter(t, meter), t.today);
}

void handle(Transition& t, const ReportUsage& command) {
    const auto& meter = known_meter(t, command.meter);
    auto& subscription = counted_on(t, command.at);
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
    if (command.quantity > kMostUnits || command.quantity < -kMostUnits)
        refuse("billing.bad_quantity", "Usage is a number of units of at most a million millions.");
    const auto day = counted_day(t.account, subscription, meter.code, t.account.today(at));
    if (day < subscription.started_on)
        refuse("billing.usage_before_start", "The subscription began on " + subscription.started_on.text() + ".");
    auto& counter = counter_for(t, subscription, meter, day);
    if (!counter.closed) counter.limit = limit_of(t.catalogue, subscription, meter.code);
    check_event(meter, counter, command);
    auto next = with_event(t, counter, command, at, day);
    if (next.used < 0) refuse("billing.bad_quantity", "A gauge does not go below zero.");
    const auto verdict = judge_usage(meter, counter, next.used - counter.used);
    if (!verdict.allowed) refuse_over_limit(counter, next.used - counter.used);
    if (next.used > kMostCounted)
        refuse("billing.bad_quantity", "A counter holds a thousand million millions at most.");
    counter = std::move(next);
    if (counter.aggregation == Aggregation::time_weighted) hold_from(t, subscription, counter, command.quantity);
    for (const int percent : verdict.crossed)
        t.tell("billing.limit_reached/1", {{"tenant", t.account.profile.tenant.text()},
                                           {"meter", counter.meter},
                                           {"percent", percent},
                                           {"used", counter.used},
                                           {"limit", *counter.limit},
                                           {"period_start", counter.period.from.text()}});
    if (counter.aggregation == Aggregation::time_weighted && counter.level != 0)
        count_since(t, subscription, meter, LocalDate{counter.period.to});
}

void handle(Transition& t, const ReserveUsage& command) {
    const auto& meter = known_meter(t, command.meter);
    if (command.quantity < 1) refuse("billing.bad_quantity", "At least one unit is reserved.");
    auto& counter = counter_for(t, t.live(), meter, t.today);
    if (counter.aggregation != Aggregation::sum)
        refuse("billing.not_reservable", "'" + meter.code + "' does not add up: nothing of it is reserved.");
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
