// What is due next, in the order of time and, at one instant, of JobKind.
#include "jobs.hpp"
#include "life.hpp"
#include "settlement.hpp"

#include <tuple>

namespace whatsflow::billing {
namespace {

class Earliest {
public:
    explicit Earliest(const std::string& zone) : zone_(zone) {}

    void offer(sdk::Instant at, JobKind kind, const std::string& subject) {
        if (!best_ || std::tie(at, kind) < std::tie(best_->at, best_->kind)) best_ = DueJob{at, kind, subject};
    }
    void offer(LocalDate day, JobKind kind, const std::string& subject) {
        // Midnight of a zone lies within a day of UTC's: most need no look at the zone.
        const auto near = sdk::Instant{std::chrono::days{day.days}} - std::chrono::hours{15};
        if (best_ && near > best_->at) return;
        offer(start_of_day(day, zone_), kind, subject);
    }

    std::optional<DueJob> take() { return std::move(best_); }

private:
    const std::string& zone_;
    std::optional<DueJob> best_;
};

void offer_invoice(const Account& account, const Catalogue& catalogue, const Invoice& invoice, Earliest& earliest) {
    if (invoice.technical_retry_at)
        earliest.offer(*invoice.technical_retry_at, JobKind::technical_retry, invoice.id.text());
    if (!invoice.dunning || invoice.dunning->held_since || has_unresolved_charge(account, invoice)) return;
    const auto& dunning = *invoice.dunning;
    const auto& days = catalogue.dunning_policy(dunning.policy_version).retry_days;
    const auto done = static_cast<std::size_t>(dunning.retries_done);
    if (!dunning.retries_stopped && done < days.size())
        earliest.offer(dunning.started_on.plus_days(days[done]), JobKind::retry_payment, invoice.id.text());
}

void offer_levels(const Account& account, const Catalogue& catalogue, const Subscription& subscription,
                  Earliest& earliest) {
    const auto* dunning = oldest_dunning(account, subscription.id);
    if (dunning == nullptr) return;
    const auto& policy = catalogue.dunning_policy(dunning->policy_version);
    const auto from = dunning->started_on;
    const auto& id = subscription.id.text();
    if (policy.canceled_after) earliest.offer(from.plus_days(*policy.canceled_after), JobKind::overdue_level, id);
    if (!is_live(subscription.state)) return;
    if (policy.limited_after && subscription.overdue < OverdueLevel::limited)
        earliest.offer(from.plus_days(*policy.limited_after), JobKind::overdue_level, id);
    if (policy.suspended_after && subscription.overdue < OverdueLevel::suspended)
        earliest.offer(from.plus_days(*policy.suspended_after), JobKind::overdue_level, id);
}

void offer_subscription(const Account& account, const Catalogue& catalogue, const Subscription& subscription,
                        Earliest& earliest) {
    const auto& id = subscription.id.text();
    if (subscription.incomplete_until) {
        const bool unresolved = std::ranges::any_of(account.invoices, [&](const Invoice& each) {
            return each.subscription == subscription.id && each.state == InvoiceState::open &&
                   has_unresolved_charge(account, each);
        });
        if (!unresolved) earliest.offer(*subscription.incomplete_until, JobKind::give_up_unpaid, id);
    }
    offer_levels(account, catalogue, subscription, earliest);
    if (const auto day = next_boundary(subscription)) earliest.offer(*day, JobKind::boundary, id);
    if (subscription.state == SubscriptionState::paused && subscription.resume_at)
        earliest.offer(*subscription.resume_at, JobKind::resume, id);
}

}  // namespace

std::optional<LocalDate> next_boundary(const Subscription& subscription) {
    switch (subscription.state) {
        case SubscriptionState::trialing: return subscription.trial_end;
        case SubscriptionState::active:
        case SubscriptionState::past_due:
        case SubscriptionState::suspended: break;
        default: return std::nullopt;
    }
    auto day = subscription.period().to;
    for (const auto& item : subscription.items)
        if (!item.ended) day = std::min(day, item.period.to);
    if (subscription.cancel_at) day = std::min(day, *subscription.cancel_at);
    if (subscription.pause_at) day = std::min(day, *subscription.pause_at);
    return day;
}

std::optional<DueJob> next_due(const Account& account, const Catalogue& catalogue) {
    Earliest earliest(account.profile.time_zone);
    for (const auto& payment : account.payments)
        if (payment.unresolved() && payment.ask_at)
            earliest.offer(*payment.ask_at, JobKind::ask_provider, payment.id.text());
    for (const auto& change : account.pending_changes) {
        const auto* invoice = account.find_invoice(change.invoice);
        if (invoice == nullptr || !has_unresolved_charge(account, *invoice))
            earliest.offer(change.expires_at, JobKind::give_up_unpaid, change.id.text());
    }
    for (const auto& invoice : account.invoices)
        if (invoice.state == InvoiceState::open) offer_invoice(account, catalogue, invoice, earliest);
    for (const auto& subscription : account.subscriptions)
        offer_subscription(account, catalogue, subscription, earliest);
    for (const auto& draft : account.waiting_drafts)
        earliest.offer(draft.finalise_on, JobKind::finalise_draft, draft.id.text());
    for (const auto& grant : account.grants)
        if (grant.remaining > 0 && grant.expires_on)
            earliest.offer(*grant.expires_on, JobKind::credit_expiry, grant.id.text());
    return earliest.take();
}

}  // namespace whatsflow::billing
