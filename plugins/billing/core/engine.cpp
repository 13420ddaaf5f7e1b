#include "engine.hpp"

#include "handlers.hpp"
#include "invoicing.hpp"
#include "jobs.hpp"
#include "life.hpp"
#include "past_periods.hpp"
#include "usage.hpp"

#include <algorithm>

namespace whatsflow::billing {
namespace {

void note_movement(Transition& t, const Fraction& before, bool paid_before) {
    if (auto movement = movement_between(before, mrr_of(t.account, t.catalogue), paid_before, t.today))
        t.out.movements.push_back(*movement);
}

/// A smaller plan, or fewer add-ons: what is in use stays, and nothing more is allowed. Said once, when
/// the limit falls below it.
void note_over_limit(Transition& t, const Account& before) {
    const auto in = [](const Account& account, const SubscriptionId& id) -> const Subscription* {
        const auto found = std::ranges::find(account.subscriptions, id, &Subscription::id);
        return found == account.subscriptions.end() || !is_live(found->state) ? nullptr : &*found;
    };
    for (const auto& counter : t.account.counters) {
        if (counter.closed || !counter.period.contains(t.today)) continue;
        const auto *was = in(before, counter.subscription), *is = in(t.account, counter.subscription);
        if (was == nullptr || is == nullptr || was->items == is->items) continue;
        const auto limit = limit_of(t.catalogue, *is, counter.meter);
        const auto earlier = limit_of(t.catalogue, *was, counter.meter);
        if (!limit || counter.used <= *limit || (earlier && *earlier <= *limit)) continue;
        t.tell("billing.over_limit/1", {{"tenant", t.account.profile.tenant.text()},
                                        {"meter", counter.meter},
                                        {"used", counter.used},
                                        {"limit", *limit}});
    }
}

/// Runs `work` on a copy and keeps the copy only if nothing was refused.
template <class Work>
sdk::Result<Changes> transact(Account& account, const Surroundings& around, Work work) {
    try {
        Account next = account;
        // A machine's clock that steps back must not run anything twice.
        const auto now = std::max(around.now, account.profile.watermark);
        Transition t(next, around, now);
        const auto mrr = mrr_of(next, t.catalogue);
        recognise_revenue(t);
        if (!work(t)) return std::move(t.out);
        follow_block(t);
        note_periods(t);
        count_what_is_held(t);
        recognise_revenue(t);
        note_movement(t, mrr, account.profile.has_paid);
        note_over_limit(t, account);
        next.profile.watermark = now;
        ++next.profile.version;
        t.out.postings = t.ledger.take();
        t.out.entities = difference(account, next);
        account = std::move(next);
        return std::move(t.out);
    } catch (const Refusal& why) {
        return why.error;
    }
}

void check_request(const Account& account, const Request& request) {
    if (request.impersonated)
        refuse("billing.impersonated",
               "Staff acting as a tenant cannot do this; use the admin panel, in your own name.");
    if (request.expected_version && *request.expected_version != account.profile.version)
        refuse("billing.version_conflict",
               "Somebody changed this account in the meantime; look again and decide again.");
}

}  // namespace

sdk::Result<Changes> apply(Account& account, const Request& request, const Surroundings& surroundings) {
    for (const auto& seen : account.seen_keys) {
        if (request.key.empty() || seen.key != request.key) continue;
        if (seen.fingerprint != request.fingerprint)
            return sdk::fail("billing.key_reused", "This idempotency key was used for another request.");
        Changes nothing;
        nothing.repeated = true;
        return nothing;
    }
    return transact(account, surroundings, [&](Transition& t) {
        check_request(t.account, request);
        if (!request.key.empty()) t.account.seen_keys.push_back({request.key, request.fingerprint});
        std::visit([&](const auto& command) { handle(t, command); }, request.command);
        return !t.out.repeated;
    });
}

sdk::Result<Changes> run_due(Account& account, const Surroundings& surroundings) {
    const auto job = next_due(account, surroundings.catalogue);
    if (!job || job->at > std::max(surroundings.now, account.profile.watermark)) return Changes{};
    return transact(account, surroundings, [&](Transition& t) {
        t.date = local_date(job->at, t.account.profile.time_zone);
        run_job(t, *job);
        return true;
    });
}

sdk::Result<Changes> open_counter(Account& account, const std::string& meter, const Surroundings& surroundings) {
    return transact(account, surroundings, [&](Transition& t) {
        const auto known = t.account.counters.size();
        count_from_now(t, meter);
        return t.account.counters.size() > known;
    });
}

sdk::Result<Preview> preview(const Account& account, const Request& request, const Surroundings& surroundings) {
    Account copy = account;
    const auto balance = copy.credit_balance();
    auto changes = apply(copy, request, surroundings);
    if (!changes) return changes.error();
    Preview shown;
    for (const auto& invoice : copy.invoices)
        if (account.find_invoice(invoice.id) == nullptr) shown.invoices.push_back(invoice);
    for (const auto& charge : changes->charges) shown.due_now = sum(shown.due_now, charge.amount);
    shown.credit_added = std::max<Amount>(0, copy.credit_balance() - balance);
    for (const auto& charge : changes->charges) {
        const ChargeAnswered paid{charge.payment, ChargeResult::succeeded, std::nullopt, {}, {}};
        if (auto settled = apply(copy, {paid, {}, {}, std::nullopt, false}, surroundings); !settled)
            return settled.error();
    }
    shown.next_renewal = next_renewal(std::move(copy), surroundings);
    return shown;
}

std::optional<Invoice> next_renewal(Account account, const Surroundings& surroundings) {
    // Of the next boundary, and at once: what waits as a draft is not it.
    const auto waiting = account.waiting_drafts;
    for (const auto& draft : waiting)
        if (auto done = apply(account, {FinaliseDraft{draft.id}, {}, {}, std::nullopt, false},
                              {surroundings.catalogue, surroundings.now, surroundings.ids, surroundings.taxes});
            !done)
            return std::nullopt;
    const auto* live = account.live_subscription();
    const auto boundary = live == nullptr ? std::nullopt : next_boundary(*live);
    if (!boundary) return std::nullopt;
    const auto count = account.invoices.size();
    const Surroundings later{surroundings.catalogue, start_of_day(*boundary, account.profile.time_zone),
                             surroundings.ids, surroundings.taxes};
    for (int jobs = 0; jobs < 16 && account.invoices.size() == count; ++jobs) {
        auto ran = run_due(account, later);
        if (!ran || ran->empty()) break;
    }
    if (account.invoices.size() == count) return std::nullopt;
    return std::move(account.invoices[count]);
}

}  // namespace whatsflow::billing
