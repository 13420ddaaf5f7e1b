// Pausing, cancelling, trials and calendars.
#include "drafts.hpp"
#include "handlers.hpp"
#include "life.hpp"
#include "settlement.hpp"

namespace whatsflow::billing {

void handle(Transition& t, const Pause& command) {
    if (t.live().state == SubscriptionState::trialing)
        refuse("billing.trialing", "A trial cannot be paused; cancel it, or let it end.");
    auto& subscription = changeable(t);
    take_renewals_back(t, subscription);
    if (command.when == When::period_end) {
        if (subscription.pause_at)
            refuse("billing.no_change", "The subscription will pause at its period's end already.");
        subscription.pause_at = subscription.period().to;
        ++subscription.version;
        return t.tell("billing.pause_scheduled/1", fields_of(t.account, subscription));
    }
    finalise_waiting(t, subscription.id);
    auto after = subscription;
    after.state = SubscriptionState::paused;
    after.pause_at.reset();
    Draft draft;
    add_recurring(t, after, command.credit == CreditChoice::none ? Unwanted::keep : Unwanted::credit, draft);
    propose(t, std::move(after), std::move(draft), "billing.subscription_paused/1");
}

void resume_now(Transition& t, const Subscription& subscription) {
    finalise_waiting(t, subscription.id);
    auto after = subscription;
    after.state = SubscriptionState::active;
    after.resume_at.reset();
    if (after.next_anchor && t.date >= after.period().to)
        after.anchor = *std::exchange(after.next_anchor, std::nullopt);
    for (auto& item : after.items)
        if (!item.ended && !item.period.contains(t.date))
            item.period = {t.date, after.anchor.period_containing(t.date, item.interval).to};
    Draft draft;
    add_recurring(t, after, Unwanted::credit, draft);
    add_usage(t, subscription, t.date, Counters::ended, draft);
    propose(t, std::move(after), std::move(draft), "billing.subscription_resumed/1");
}

void handle(Transition& t, const Resume& command) {
    auto& subscription = t.live();
    if (subscription.state != SubscriptionState::paused) {
        if (!subscription.pause_at) refuse("billing.not_paused", "The subscription is not paused.");
        subscription.pause_at.reset();
        ++subscription.version;
        return t.tell("billing.pause_withdrawn/1", fields_of(t.account, subscription));
    }
    drop_pending_change(t, subscription);
    if (command.when == When::period_end) {
        subscription.resume_at = subscription.anchor.period_containing(t.date, subscription.base().interval).to;
        ++subscription.version;
        return t.tell("billing.resume_scheduled/1", fields_of(t.account, subscription));
    }
    resume_now(t, subscription);
}

void handle(Transition& t, const Cancel& command) {
    auto& subscription = t.live();
    subscription.left_because = command.reason;
    for (const auto& change : t.account.pending_changes) {
        const auto* invoice = t.account.find_invoice(change.invoice);
        if (invoice == nullptr || has_unresolved_charge(t.account, *invoice))
            continue;  // the outcome finds it canceled
        abandon(t, PendingChangeId{change.id});
        break;
    }
    if (subscription.state == SubscriptionState::incomplete)
        return give_up(t, subscription, SubscriptionState::canceled);
    if (command.when == When::now || subscription.state == SubscriptionState::paused)
        return end_subscription(t, SubscriptionId{subscription.id}, command.credit);
    if (subscription.cancel_at)
        refuse("billing.already_canceling",
               "The subscription is canceled as of " + subscription.cancel_at->text() + " already.");
    take_renewals_back(t, subscription);
    subscription.cancel_at = subscription.period().to;
    subscription.scheduled.reset();
    ++subscription.version;
    t.tell("billing.cancellation_scheduled/1", fields_of_leaving(t.account, subscription));
}

void handle(Transition& t, const Uncancel&) {
    auto& subscription = t.live();
    if (!subscription.cancel_at) refuse("billing.not_canceling", "The subscription is not about to end.");
    drop_pending_change(t, subscription);
    finalise_waiting(t, subscription.id);
    subscription.cancel_at.reset();
    subscription.left_because.clear();
    ++subscription.version;
    t.tell("billing.cancellation_withdrawn/1", fields_of(t.account, subscription));
    const auto after = subscription;
    Draft draft;
    add_recurring(t, after, Unwanted::keep, draft);
    finalise(t, std::move(draft), after, Force::now);
}

void handle(Transition& t, const ExtendTrial& command) {
    auto& subscription = t.live();
    if (subscription.state != SubscriptionState::trialing)
        refuse("billing.not_trialing", "The subscription is not in its trial.");
    if (command.days < 1 || command.days > 3650) refuse("billing.bad_days", "A trial is extended by 1 to 3650 days.");
    const auto before = *subscription.trial_end;
    const auto end = before.plus_days(command.days);
    subscription.trial_end = end;
    subscription.anchor = Anchor::at(end);
    for (auto& item : subscription.items) item.period.to = end;
    if (subscription.cancel_at) subscription.cancel_at = end;
    if (subscription.scheduled) subscription.scheduled->effective_on = end;
    for (auto& counter : t.account.counters)
        if (counter.subscription == subscription.id && counter.period.to == before) {
            counter.period.to = end;
            if (counter.aggregation == Aggregation::time_weighted) counter.whole = counter.period.days();
            refresh(counter);
        }
    ++subscription.version;
    t.tell("billing.trial_extended/1", fields_of(t.account, subscription));
}

void handle(Transition& t, const SetBillingDay& command) {
    if (command.day < 1 || command.day > 31) refuse("billing.bad_billing_day", "A billing day is 1 to 31.");
    auto* subscription = t.account.live_subscription();
    if (subscription != nullptr) drop_pending_change(t, *subscription);
    t.account.profile.billing_day = command.day;
    t.tell("billing.billing_day_changed/1",
           {{"tenant", t.account.profile.tenant.text()}, {"billing_day", command.day}});
    if (subscription == nullptr || subscription->state == SubscriptionState::trialing) return;
    const auto unit = subscription->base().interval.unit;
    if (unit != IntervalUnit::month && unit != IntervalUnit::year) return;
    take_renewals_back(t, *subscription);
    subscription->next_anchor = Anchor::on_day(command.day, subscription->period().to);
    ++subscription->version;
}

void handle(Transition& t, const SetTimeZone& command) {
    if (auto known = check_time_zone(command.time_zone); !known) throw Refusal{known.error()};
    t.account.profile.time_zone = command.time_zone;
    t.tell("billing.time_zone_changed/1",
           {{"tenant", t.account.profile.tenant.text()}, {"time_zone", command.time_zone}});
}

void handle(Transition& t, const SetTaxDetails& command) {
    const auto all = [](const std::string& text, std::size_t least, std::size_t most, const char* others) {
        return text.size() >= least && text.size() <= most && std::ranges::all_of(text, [&](char each) {
                   return (each >= 'A' && each <= 'Z') || (each >= '0' && each <= '9') ||
                          std::string_view(others).find(each) != std::string_view::npos;
               });
    };
    if (!all(command.country, 2, 2, ""))
        refuse("billing.bad_tax_details", "A country is two capital letters, such as LK.");
    if (!all(command.region, 0, 3, ""))
        refuse("billing.bad_tax_details", "A region is up to three capital letters or digits, such as CA of US-CA.");
    if (!all(command.tax_id, 0, 40, " -./"))
        refuse("billing.bad_tax_details", "A tax number has up to 40 capital letters, digits, spaces and - . /");
    auto& tax = t.account.profile.tax;
    auto details = tax;
    details.country = command.country;
    details.region = command.region;
    details.tax_id = command.tax_id;
    details.business = command.business;
    details.tax_id_checked = !command.tax_id.empty();
    if (details == tax) refuse("billing.no_change", "These are the tax details there are.");
    tax = std::move(details);
    // A provider that takes renewals by itself would go on taking what they cost before.
    if (auto* live = t.account.live_subscription()) take_renewals_back(t, *live);
    t.tell("billing.tax_details_changed/1", {{"tenant", t.account.profile.tenant.text()}, {"country", tax.country}});
}

}  // namespace whatsflow::billing
