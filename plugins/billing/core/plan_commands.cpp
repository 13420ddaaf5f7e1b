// Subscribing and changing the plan.
#include "drafts.hpp"
#include "handlers.hpp"
#include "life.hpp"

namespace whatsflow::billing {
namespace {

/// What a day costs at list price, to tell an upgrade from a downgrade.
Fraction daily_price(Amount price, const Interval& interval) {
    const auto rate = interval.per_year();
    return Fraction{price, 1}.times(rate.count, rate.divisor);
}

bool is_upgrade(const SubscriptionItem& from, const SubscriptionItem& to) {
    if (from.code == to.code && longer(to.interval, from.interval)) return true;
    return !(daily_price(to.unit_price, to.interval) < daily_price(from.unit_price, from.interval));
}

void take_trial(Transition& t, Subscription& subscription, int days) {
    subscription.state = SubscriptionState::trialing;
    subscription.trial_end = t.date.plus_days(days);
    subscription.anchor = Anchor::at(*subscription.trial_end);
    subscription.base().period = {t.date, *subscription.trial_end};
    t.account.profile.had_trial = true;
}

void reprice_add_ons(Transition& t, Subscription& after) {
    for (auto& item : after.items) {
        if (item.kind != ItemKind::add_on || item.ended || item.custom_price) continue;
        const auto* add_on = t.catalogue.find_add_on(item.code);
        if (add_on == nullptr ||
            find_price(add_on->prices, t.account.profile.currency, after.base().interval) == nullptr)
            continue;
        auto priced = priced_item(t, ItemKind::add_on, item.code, after.base().interval, item.quantity, std::nullopt);
        item.interval = priced.interval;
        item.unit_price = priced.unit_price;
        item.price_version = priced.price_version;
    }
}

bool asks_for_what_is(const Subscription& subscription, const ChangePlan& command) {
    const auto& base = subscription.base();
    return base.code == command.plan && base.interval == command.interval && command.anchor != AnchorChoice::reset &&
           (!command.amount || *command.amount == base.unit_price);
}

}  // namespace

Anchor first_anchor(const Transition& t, const Interval& interval) {
    const bool by_month = interval.unit == IntervalUnit::month || interval.unit == IntervalUnit::year;
    if (t.account.profile.billing_day && by_month) return Anchor::on_day(*t.account.profile.billing_day, t.date);
    return Anchor::at(t.date);
}

Subscription& changeable(Transition& t) {
    auto& subscription = t.live();
    switch (subscription.state) {
        case SubscriptionState::incomplete:
            refuse("billing.first_payment_due", "The first invoice is not paid yet; pay it, or cancel.");
        case SubscriptionState::suspended:
            refuse("billing.suspended", "The subscription is suspended; pay what is due first.");
        case SubscriptionState::paused: refuse("billing.paused", "The subscription is paused; resume it first.");
        default: break;
    }
    drop_pending_change(t, subscription);
    return subscription;
}

void handle(Transition& t, const Subscribe& command) {
    if (t.account.live_subscription() != nullptr)
        refuse("billing.already_subscribed", "The account has a subscription already; change its plan instead.");
    auto base = priced_item(t, ItemKind::base, command.plan, command.interval, command.quantity, command.amount);
    base.id = t.make<ItemId>();
    const auto& plan = *t.catalogue.find_plan(command.plan);
    if (command.coupon) redeem_coupon(t, *command.coupon, command.plan);

    Subscription subscription;
    subscription.id = t.make<SubscriptionId>();
    subscription.started_on = t.date;
    subscription.items.push_back(std::move(base));
    const bool trial = command.trial && plan.trial_days > 0 && !t.account.profile.had_trial;
    if (trial) {
        take_trial(t, subscription, plan.trial_days);
        t.account.subscriptions.push_back(subscription);
        return t.tell("billing.subscription_started/1", fields_of(t.account, subscription));
    }
    subscription.anchor = first_anchor(t, command.interval);
    subscription.base().period = {t.date, subscription.anchor.period_containing(t.date, command.interval).to};
    subscription.incomplete_until = t.now + std::chrono::hours{24};
    t.account.subscriptions.push_back(subscription);
    t.tell("billing.subscription_started/1", fields_of(t.account, subscription));
    Draft draft;
    add_recurring(t, subscription, Unwanted::keep, draft);
    finalise(t, std::move(draft), subscription, Force::now);
}

Subscription with_plan(Transition& t, const Subscription& subscription, const ChangePlan& command) {
    auto after = subscription;
    after.scheduled.reset();
    auto& base = after.base();
    const bool other_interval = !(base.interval == command.interval);
    const bool reset =
        command.anchor == AnchorChoice::reset || (command.anchor == AnchorChoice::by_interval && other_interval);
    auto item = priced_item(t, ItemKind::base, command.plan, command.interval, base.quantity, command.amount);
    item.id = base.id;
    item.period = base.period;
    if (item.code == base.code) item.plan_version = base.plan_version;  // what was bought stays
    base = item;
    if (other_interval) reprice_add_ons(t, after);
    if (subscription.state == SubscriptionState::trialing || !(reset || other_interval)) return after;
    if (reset) {
        after.anchor = first_anchor(t, command.interval);
        after.next_anchor.reset();
    }
    for (auto& each : after.items)
        if (!each.ended && (reset || !(each.interval == subscription.find_item(each.id)->interval)))
            each.period = {t.date, after.anchor.period_containing(t.date, each.interval).to};
    return after;
}

void handle(Transition& t, const ChangePlan& command) {
    auto& subscription = changeable(t);
    if (asks_for_what_is(subscription, command)) {
        if (!subscription.scheduled)
            refuse("billing.no_change", "The subscription is on the plan '" + command.plan + "' per " +
                                            command.interval.text() + " already.");
        take_renewals_back(t, subscription);
        subscription.scheduled.reset();
        ++subscription.version;
        return t.tell("billing.plan_change_withdrawn/1", fields_of(t.account, subscription));
    }
    auto after = with_plan(t, subscription, command);
    const bool now = command.when == When::now ||
                     (command.when == When::automatic && (subscription.state == SubscriptionState::trialing ||
                                                          is_upgrade(subscription.base(), after.base())));
    if (!now) {
        std::optional<bool> keep;
        if (command.anchor != AnchorChoice::by_interval) keep = command.anchor == AnchorChoice::keep;
        take_renewals_back(t, subscription);
        subscription.scheduled =
            ScheduledChange{subscription.period().to, command.plan, command.interval, keep, command.amount};
        ++subscription.version;
        return t.tell("billing.plan_change_scheduled/1", fields_of(t.account, subscription));
    }
    finalise_waiting(t, after.id);
    Draft draft;
    add_recurring(t, after, Unwanted::credit, draft);
    if (!(after.period() == subscription.period()) && subscription.state != SubscriptionState::trialing)
        add_usage(t, subscription, t.date, Counters::closing, draft);
    propose(t, std::move(after), std::move(draft), "billing.plan_changed/1");
}

}  // namespace whatsflow::billing
