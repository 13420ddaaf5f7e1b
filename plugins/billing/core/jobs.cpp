// The jobs themselves. Each leaves the account so that the same job is not due again.
#include "jobs.hpp"

#include "drafts.hpp"
#include "handlers.hpp"
#include "leaving.hpp"
#include "life.hpp"
#include "settlement.hpp"

namespace whatsflow::billing {
namespace {

void convert_trial(Transition& t, Subscription& subscription) {
    auto& base = subscription.base();
    close_counters(t, subscription, t.date);
    subscription.anchor = first_anchor(t, base.interval);
    subscription.state = SubscriptionState::active;
    for (auto& item : subscription.items)
        if (!item.ended) take_what_waits(t, item);
    for (auto& item : subscription.items)
        if (!item.ended) item.period = {t.date, subscription.anchor.period_containing(t.date, item.interval).to};
    t.tell("billing.trial_ended/1", fields_of(t.account, subscription));
}

/// A change that was asked for earlier is looked at again: the plan may be gone by now.
void apply_scheduled(Transition& t, Subscription& subscription) {
    if (!subscription.scheduled || subscription.scheduled->effective_on > t.date) return;
    const auto scheduled = *std::exchange(subscription.scheduled, std::nullopt);
    ChangePlan change{scheduled.plan, scheduled.interval, When::now, AnchorChoice::by_interval, scheduled.amount};
    if (scheduled.keep_anchor) change.anchor = *scheduled.keep_anchor ? AnchorChoice::keep : AnchorChoice::reset;
    try {
        auto after = with_plan(t, subscription, change);
        if (!(after.period() == subscription.period())) close_counters(t, subscription, t.date);
        subscription = std::move(after);
        t.tell("billing.plan_changed/1", fields_of(t.account, subscription));
    } catch (const Refusal& why) {
        auto fields = fields_of(t.account, subscription);
        fields["reason"] = why.error.code;
        t.tell("billing.plan_change_failed/1", std::move(fields));
    }
}

const std::vector<Price>* prices_of(const Catalogue& catalogue, const SubscriptionItem& item) {
    if (item.kind == ItemKind::base) {
        const auto* plan = catalogue.find_plan(item.code);
        return plan == nullptr ? nullptr : &plan->prices;
    }
    const auto* add_on = catalogue.find_add_on(item.code);
    return add_on == nullptr ? nullptr : &add_on->prices;
}

void take_new_price(Transition& t, SubscriptionItem& item) {
    const auto* prices = item.custom_price ? nullptr : prices_of(t.catalogue, item);
    const auto* price = prices == nullptr ? nullptr : find_price(*prices, t.account.profile.currency, item.interval);
    const auto* version =
        price == nullptr ? nullptr : version_for_existing(*price, item.price_version, item.period.from);
    if (version == nullptr) return;
    item.price_version = version->version;
    item.unit_price = version->amount;
}

void renew(Transition& t, Subscription& subscription) {
    if (subscription.next_anchor && subscription.period().to <= t.date)
        subscription.anchor = *std::exchange(subscription.next_anchor, std::nullopt);
    for (auto& item : subscription.items) {
        if (item.ended) continue;
        if (item.period.to <= t.date) take_what_waits(t, item);
        if (item.ended) continue;
        if (item.period.to <= t.date)
            item.period = {item.period.to, subscription.anchor.period_containing(item.period.to, item.interval).to};
        if (item.period.from == t.date) take_new_price(t, item);
    }
}

void pass_boundary(Transition& t, const SubscriptionId& id) {
    finalise_waiting(t, id);
    auto& subscription = *t.account.find_subscription(id);
    for (const auto& change : t.account.pending_changes) {
        const auto* invoice = t.account.find_invoice(change.invoice);
        if (invoice != nullptr && has_unresolved_charge(t.account, *invoice)) continue;
        abandon(t, PendingChangeId{change.id});
        break;
    }
    if (subscription.cancel_at && *subscription.cancel_at <= t.date) return end_subscription(t, id, CreditChoice::none);

    ++subscription.version;
    const auto before = subscription;
    const bool trial_ends = subscription.state == SubscriptionState::trialing;
    Draft draft;
    if (subscription.pause_at && *subscription.pause_at <= t.date) {
        take_renewals_back(t, subscription);
        subscription.state = SubscriptionState::paused;
        subscription.pause_at.reset();
        close_counters(t, before, t.date);
        add_usage(t, before, t.date, Counters::ended, draft);
        t.tell("billing.subscription_paused/1", fields_of(t.account, subscription));
        issue_or_wait(t, std::move(draft), subscription);
        return;
    }
    apply_scheduled(t, subscription);
    const bool base_ends = trial_ends || before.period().to <= t.date;
    if (trial_ends)
        convert_trial(t, subscription);
    else
        renew(t, subscription);
    if (base_ends) close_counters(t, before, t.date);
    const auto after = subscription;
    add_recurring(t, after, Unwanted::credit, draft);
    if (base_ends && !trial_ends) {
        add_usage(t, before, t.date, Counters::ended, draft);
        t.tell("billing.subscription_renewed/1", fields_of(t.account, after));
    }
    if (trial_ends)
        finalise(t, std::move(draft), after, Force::now);
    else
        issue_or_wait(t, std::move(draft), after);
}

void change_level(Transition& t, const SubscriptionId& id) {
    auto& subscription = *t.account.find_subscription(id);
    const auto* dunning = oldest_dunning(t.account, id);
    if (dunning == nullptr) return;
    const auto& policy = t.catalogue.dunning_policy(dunning->policy_version);
    if (!policy.canceled_after || dunning->started_on.plus_days(*policy.canceled_after) > t.date) {
        const auto before = subscription.overdue;
        reassess(t, subscription);
        subscription.overdue = level_on(t.account, t.catalogue, subscription, t.date);
        if (subscription.overdue != before) {
            auto fields = fields_of(t.account, subscription);
            fields["access"] = std::string(to_text(access_of(subscription)));
            t.tell("billing.access_changed/1", std::move(fields));
        }
        return;
    }
    for (auto& invoice : t.account.invoices)
        if (invoice.subscription == id && invoice.state == InvoiceState::open && invoice.in_force &&
            !has_unresolved_charge(t.account, invoice))
            handle(t, WriteOff{InvoiceId{invoice.id}});
    auto& unpaid = *t.account.find_subscription(id);
    if (!is_live(unpaid.state)) return;
    unpaid.left_because = kNotPaid;
    end_subscription(t, id, CreditChoice::none);
}

void ask_provider(Transition& t, Payment& payment) {
    ++payment.asked;
    using std::chrono::hours;
    if (payment.awaited)
        payment.ask_at = t.now + hours{24};  // until it is there, or given up by who asks
    else if (payment.asked == 2)
        payment.ask_at = t.now + hours{1};
    else if (payment.asked <= 7)
        payment.ask_at = t.now + hours{24};
    else {
        payment.ask_at.reset();
        t.tell("billing.payment_needs_attention/1", fields_of(t.account, payment));
    }
    t.out.questions.push_back(payment.id);
}

void charge_again(Transition& t, Invoice& invoice) {
    use_credit(t, invoice);
    if (invoice.amount_due() == 0) return settle_invoice(t, invoice);
    request_charge(t, invoice);
}

void expire_credit(Transition& t, CreditGrant& grant) {
    const auto rest = std::exchange(grant.remaining, 0);
    t.ledger.move(t.today, LedgerAccount::customer_credit, LedgerAccount::expired_credit, rest, "grant",
                  grant.id.text());
    t.account.credit_entries.push_back(
        {t.make<CreditEntryId>(), t.today, -rest, "expired: " + grant.reason, std::nullopt});
    t.tell("billing.credit_expired/1",
           {{"tenant", t.account.profile.tenant.text()}, {"grant", grant.id.text()}, {"amount", rest}});
}

void give_up_unpaid(Transition& t, const std::string& subject) {
    if (auto* subscription = t.account.find_subscription(SubscriptionId{subject}))
        return give_up(t, *subscription, SubscriptionState::incomplete_expired);
    abandon(t, PendingChangeId{subject});
}

}  // namespace

void run_job(Transition& t, const DueJob& job) {
    switch (job.kind) {
        case JobKind::give_up_unpaid: return give_up_unpaid(t, job.subject);
        case JobKind::technical_retry: return charge_again(t, t.invoice(InvoiceId{job.subject}));
        case JobKind::ask_provider: return ask_provider(t, *t.account.find_payment(PaymentId{job.subject}));
        case JobKind::retry_payment: {
            auto& invoice = t.invoice(InvoiceId{job.subject});
            ++invoice.dunning->retries_done;
            return charge_again(t, invoice);
        }
        case JobKind::overdue_level: return change_level(t, SubscriptionId{job.subject});
        case JobKind::finalise_draft: return handle(t, FinaliseDraft{DraftId{job.subject}});
        case JobKind::boundary: return pass_boundary(t, SubscriptionId{job.subject});
        case JobKind::resume: return resume_now(t, *t.account.find_subscription(SubscriptionId{job.subject}));
        case JobKind::credit_expiry:
            for (auto& grant : t.account.grants)
                if (grant.id.text() == job.subject) return expire_credit(t, grant);
    }
}

}  // namespace whatsflow::billing
