#include "life.hpp"

#include "drafts.hpp"
#include "settlement.hpp"

namespace whatsflow::billing {
namespace {

bool is_disputed(const Account& account, const SubscriptionId& subscription) {
    return std::ranges::any_of(account.invoices, [&](const Invoice& invoice) {
        return invoice.subscription == subscription && invoice.amount_due() > 0 &&
               std::ranges::any_of(account.payments, [&](const Payment& payment) {
                   return payment.invoice == invoice.id && payment.charged_back > 0;
               });
    });
}

bool was_used_for(const Account& account, const SubscriptionId& subscription, const RedemptionId& redemption) {
    for (const auto& invoice : account.invoices)
        for (const auto& line : invoice.lines)
            if (invoice.subscription == subscription &&
                std::ranges::find(line.coupons, redemption, &CouponShare::redemption) != line.coupons.end())
                return true;
    return false;
}

/// The period of a counter that goes on becomes that of the changed subscription.
void extend(UsageCounter& counter, const Subscription& after) {
    counter.period.to = after.period().to;
    if (counter.aggregation == Aggregation::time_weighted && !counter.trial)
        counter.whole = after.anchor.period_containing(counter.period.from, after.base().interval).days();
    refresh(counter);
}

bool can_be_overdue(SubscriptionState state) {
    return state == SubscriptionState::active || state == SubscriptionState::past_due ||
           state == SubscriptionState::suspended;
}

}  // namespace

const InvoiceDunning* oldest_dunning(const Account& account, const SubscriptionId& subscription) {
    const InvoiceDunning* oldest = nullptr;
    for (const auto& invoice : account.invoices) {
        if (invoice.subscription != subscription || invoice.state != InvoiceState::open || !invoice.dunning) continue;
        if (invoice.dunning->held_since) continue;
        if (oldest == nullptr || invoice.dunning->started_on < oldest->started_on) oldest = &*invoice.dunning;
    }
    return oldest;
}

OverdueLevel level_on(const Account& account, const Catalogue& catalogue, const Subscription& subscription,
                      LocalDate day) {
    const auto* dunning = oldest_dunning(account, subscription.id);
    if (dunning == nullptr) {
        const bool held = std::ranges::any_of(account.invoices, [&](const Invoice& each) {
            return each.subscription == subscription.id && each.state == InvoiceState::open && each.dunning;
        });
        return held ? subscription.overdue : OverdueLevel::none;
    }
    const auto& policy = catalogue.dunning_policy(dunning->policy_version);
    const int days = days_between(dunning->started_on, day);
    if (policy.suspended_after && days >= *policy.suspended_after) return OverdueLevel::suspended;
    if (policy.limited_after && days >= *policy.limited_after) return OverdueLevel::limited;
    return OverdueLevel::notice;
}

void reassess(Transition& t, Subscription& subscription) {
    subscription.disputed = is_disputed(t.account, subscription.id);
    subscription.overdue = level_on(t.account, t.catalogue, subscription, t.today);
    if (!can_be_overdue(subscription.state)) return;
    auto state = SubscriptionState::active;
    if (subscription.overdue != OverdueLevel::none) state = SubscriptionState::past_due;
    if (subscription.overdue == OverdueLevel::suspended || subscription.disputed) state = SubscriptionState::suspended;
    if (state == subscription.state) return;
    subscription.state = state;
    const char* event = state == SubscriptionState::active     ? "billing.subscription_recovered/1"
                        : state == SubscriptionState::past_due ? "billing.subscription_past_due/1"
                                                               : "billing.subscription_suspended/1";
    t.tell(event, fields_of(t.account, subscription));
}

void follow_block(Transition& t) {
    auto* subscription = t.account.live_subscription();
    if (subscription == nullptr) return;
    const bool suspended = subscription->state == SubscriptionState::suspended;
    if (suspended && !subscription->blocked_since) {
        const auto* dunning = oldest_dunning(t.account, subscription->id);
        if (dunning != nullptr && subscription->overdue == OverdueLevel::suspended &&
            t.catalogue.dunning_policy(dunning->policy_version).blocks_billing) {
            finalise_waiting(t, subscription->id);
            subscription->blocked_since = t.date;
        }
        return;
    }
    if (suspended || !subscription->blocked_since) return;
    finalise_waiting(t, subscription->id);  // while the blocked days are not billed yet
    const Span blocked{*std::exchange(subscription->blocked_since, std::nullopt), t.date};
    Draft draft;
    add_credit_for(t, subscription->id, blocked, draft);
    add_recurring(t, *subscription, Unwanted::keep, draft);
    const auto after = *subscription;
    finalise(t, std::move(draft), after, Force::now);
}

void replace(Transition& t, const Subscription& after) {
    auto& subscription = *t.account.find_subscription(after.id);
    const auto version = subscription.version + 1;
    if (!(subscription.period() == after.period())) {
        close_counters(t, subscription, std::max(t.date, after.period().from));
        for (auto& counter : t.account.counters)
            if (counter.subscription == after.id && !counter.closed && counter.period.from == after.period().from)
                extend(counter, after);
    }
    take_renewals_back(t, subscription);
    // A change that waited for its payment knows only how things stood when it was asked for.
    auto held = std::move(subscription.held);
    auto stretches = std::move(subscription.stretches);
    const auto blocked_since = subscription.blocked_since;
    subscription = after;
    subscription.held = std::move(held);
    subscription.stretches = std::move(stretches);
    subscription.blocked_since = blocked_since;
    subscription.provider_run.reset();
    subscription.version = version;
}

void propose(Transition& t, Subscription after, Draft draft, const char* event) {
    const auto version = t.account.find_subscription(after.id)->version;
    auto releases = draft.releases;
    const auto* invoice = finalise(t, std::move(draft), after, Force::when_paid);
    if (invoice == nullptr || invoice->amount_due() == 0) {
        replace(t, after);
        auto& now = *t.account.find_subscription(after.id);
        reassess(t, now);
        return t.tell(event, fields_of(t.account, now));
    }
    t.account.pending_changes.push_back({t.make<PendingChangeId>(), after.id, version, invoice->id,
                                         t.now + std::chrono::hours{24}, std::move(after), std::move(releases), event});
}

void take_effect(Transition& t, const PendingChangeId& id) {
    const auto found = std::ranges::find(t.account.pending_changes, id, &PendingChange::id);
    const auto change = *found;
    auto& invoice = t.invoice(change.invoice);
    const auto* subscription = t.account.find_subscription(change.subscription);
    if (subscription == nullptr || subscription->version != change.subscription_version) {
        // It was made for a subscription that is no more: undo the document, keep the money for the customer.
        invoice.state = InvoiceState::open;
        const InvoiceId of{invoice.id};
        abandon(t, id);
        return t.tell("billing.late_payment_kept/1", fields_of(t.account, t.invoice(of)));
    }
    t.account.pending_changes.erase(found);
    take_lines_into_force(t, invoice, change.releases);
    replace(t, change.after);
    auto& now = *t.account.find_subscription(change.subscription);
    reassess(t, now);
    t.tell(change.event.c_str(), fields_of(t.account, now));
}

void activate(Transition& t, Subscription& subscription) {
    subscription.state = SubscriptionState::active;
    subscription.incomplete_until.reset();
    ++subscription.version;
    t.tell("billing.subscription_activated/1", fields_of(t.account, subscription));
}

void give_up(Transition& t, Subscription& subscription, SubscriptionState state) {
    take_renewals_back(t, subscription);
    subscription.state = state;
    subscription.incomplete_until.reset();
    subscription.cancel_at = t.today;
    ++subscription.version;
    const SubscriptionId id{subscription.id};
    for (auto& invoice : t.account.invoices) {
        if (invoice.subscription != id || invoice.state != InvoiceState::open) continue;
        void_invoice(t, invoice);
    }
    // A coupon that was used on it only may be redeemed again.
    std::erase_if(t.account.redemptions, [&](const CouponRedemption& each) {
        return each.periods_used == 0 && !each.last_period && was_used_for(t.account, id, each.id);
    });
    t.tell(state == SubscriptionState::canceled ? "billing.subscription_canceled/1" : "billing.subscription_expired/1",
           fields_of_leaving(t.account, subscription));
}

void close_counters(Transition& t, const Subscription& subscription, LocalDate until) {
    for (auto& counter : t.account.counters) {
        const auto* meter = t.catalogue.find_meter(counter.meter);
        if (counter.subscription != subscription.id || counter.closed) continue;
        if (meter != nullptr && meter->reset == MeterReset::never) continue;
        if (counter.period.from >= until) continue;
        counter.limit = limit_of(t.catalogue, subscription, counter.meter);
        counter.period.to = std::min(counter.period.to, until);
        counter.closed = true;
        refresh(counter);
    }
}

void end_subscription(Transition& t, const SubscriptionId& id, CreditChoice credit) {
    finalise_waiting(t, id);
    auto& subscription = *t.account.find_subscription(id);
    // Usage at the very end still belongs to the last period.
    for (auto& late : t.account.counters)
        for (auto& last : t.account.counters)
            if (late.subscription == id && last.subscription == id && late.meter == last.meter && !last.closed &&
                late.period.from == t.date && last.period.to == t.date)
                merge_at_the_end(last, late);
    close_counters(t, subscription, t.date.plus_days(t.date == subscription.period().from ? 1 : 0));
    take_renewals_back(t, subscription);
    auto after = subscription;
    after.state = SubscriptionState::canceled;
    after.cancel_at = t.date;
    after.scheduled.reset();
    after.pause_at.reset();
    after.resume_at.reset();
    after.incomplete_until.reset();
    after.overdue = OverdueLevel::none;
    after.blocked_since.reset();
    const bool was_billed = subscription.state != SubscriptionState::trialing;
    Draft draft;
    add_recurring(t, after, credit == CreditChoice::none ? Unwanted::keep : Unwanted::credit, draft);
    add_usage(t, subscription, t.date, Counters::closing, draft);
    ++after.version;
    subscription = after;
    t.tell("billing.subscription_canceled/1", fields_of_leaving(t.account, after));
    if (credit == CreditChoice::none && was_billed) return issue_or_wait(t, std::move(draft), after);
    const auto* invoice = finalise(t, std::move(draft), after, Force::now);
    const bool credited = invoice != nullptr && invoice->total < 0;
    if (credited && credit == CreditChoice::refund) {
        // As money, as far as there was money; the rest stays as credit.
        const InvoiceId document{invoice->id};
        std::vector<std::pair<InvoiceId, Amount>> parts;
        for (const auto& line : invoice->lines)
            if (line.credit) parts.emplace_back(line.credit->invoice, -line.gross());
        auto wanted = -invoice->total;
        for (const auto& [of, part] : parts) {
            const auto sent = send_back(t, of, std::min(part, wanted), document);
            wanted -= sent;
            if (sent == 0) continue;
            auto& grant = t.account.grants.back();
            grant.remaining -= sent;
            t.ledger.move(t.today, LedgerAccount::customer_credit, LedgerAccount::receivable, sent, "invoice",
                          document.text());
            t.account.credit_entries.push_back({t.make<CreditEntryId>(), t.today, -sent, "refunded", document});
        }
    }
    if (!credited) return;
    for (auto& open : t.account.invoices)
        if (open.subscription == id && open.state == InvoiceState::open && open.in_force &&
            !has_unresolved_charge(t.account, open)) {
            use_credit(t, open);
            if (open.amount_due() == 0) settle_invoice(t, open);
        }
}

SubscriptionItem priced_item(Transition& t, ItemKind kind, const std::string& code, const Interval& interval,
                             std::int64_t quantity, std::optional<Amount> amount) {
    if (quantity < 1 || quantity > kLargestQuantity)
        refuse("billing.bad_quantity", "A quantity is 1 to " + std::to_string(kLargestQuantity) + ".");
    const auto* plan = kind == ItemKind::base ? t.catalogue.find_plan(code) : nullptr;
    const auto* add_on = kind == ItemKind::add_on ? t.catalogue.find_add_on(code) : nullptr;
    if (plan == nullptr && add_on == nullptr)
        refuse(kind == ItemKind::base ? "billing.unknown_plan" : "billing.unknown_add_on",
               std::string("There is no ") + (kind == ItemKind::base ? "plan" : "add-on") + " '" + code + "'.");
    if (plan != nullptr && plan->retired)
        refuse("billing.plan_retired", "The plan '" + code + "' takes no new subscribers.");
    SubscriptionItem item;
    item.kind = kind;
    item.code = code;
    item.interval = interval;
    item.quantity = quantity;
    item.custom_price = amount.has_value();
    item.plan_version = plan != nullptr ? t.catalogue.newest_version(code) : t.catalogue.newest_add_on_version(code);
    if (amount) {
        if (*amount < 0) refuse("billing.bad_amount", "A price is not negative.");
        item.unit_price = checked(*amount);
    } else {
        const auto& prices = plan != nullptr ? plan->prices : add_on->prices;
        const auto* price = find_price(prices, t.account.profile.currency, interval);
        const auto* version = price == nullptr ? nullptr : version_for_new(*price, t.date);
        if (version == nullptr)
            refuse("billing.unknown_price",
                   "'" + code + "' has no price per " + interval.text() + " in " + t.account.profile.currency + ".");
        item.unit_price = version->amount;
        item.price_version = version->version;
    }
    times(item.unit_price, quantity);
    return item;
}

}  // namespace whatsflow::billing
