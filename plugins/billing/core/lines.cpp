#include "lines.hpp"

namespace whatsflow::billing {
namespace {

bool is_billed(SubscriptionState state) {
    return state == SubscriptionState::active || state == SubscriptionState::past_due ||
           state == SubscriptionState::suspended || state == SubscriptionState::incomplete;
}

/// The virtual full period of the item's current one. Between a new billing day and the end of the
/// paid period the old anchor still counts.
Span full_period(const Subscription& subscription, const SubscriptionItem& item) {
    return subscription.anchor.period_containing(item.period.from, item.interval);
}

bool bills_as_wanted(const InvoiceLine& line, const Subscription& after) {
    const auto* item = after.find_item(line.item);
    return item != nullptr && !item->ended && is_billed(after.state) && line.code == item->code &&
           line.unit_price == item->unit_price && line.quantity == item->quantity && line.interval == item->interval &&
           line.full == full_period(after, *item);
}

bool covers_after(const Invoice& invoice, const InvoiceLine& line, const SubscriptionId& subscription, LocalDate date) {
    return invoice.in_force && line.type == LineType::recurring && line.subscription == subscription &&
           line.kept_until > date && line.kept_until > line.span.from;
}

/// What was really paid for those days: the price after its discount, prorated like the charge
/// was; never more than what is left of it, and all of that when nothing stays.
InvoiceLine credit_for(Transition& t, const Invoice& invoice, const InvoiceLine& line, const Span& days) {
    InvoiceLine credit;
    credit.id = t.make<LineId>();
    credit.type = LineType::proration_credit;
    credit.subscription = line.subscription;
    credit.item = line.item;
    credit.code = line.code;
    credit.interval = line.interval;
    credit.span = days;
    credit.full = line.full;
    credit.quantity = line.quantity;
    credit.unit_price = line.unit_price;
    credit.price_version = line.price_version;
    credit.tax_terms = line.tax_terms;
    credit.kept_until = credit.span.from;
    auto& why = credit.credit.emplace();
    why = {line.id,
           invoice.id,
           line.amount,
           line.net(),
           line.net() - line.credited,
           line.tax - line.credited_tax,
           days.from == line.span.from && days.to == line.kept_until};
    const bool was_owed = invoice.state == InvoiceState::open || invoice.state == InvoiceState::paid;
    if (!was_owed || line.amount == 0) return credit;
    Amount value = why.remaining;
    if (!why.whole)
        value = std::min(value, checked(round_half_up(static_cast<Wide>(times(line.unit_price, line.quantity)) *
                                                          credit.span.days() * line.net(),
                                                      static_cast<Wide>(line.full.days()) * line.amount)));
    why.whole = value == why.remaining;
    credit.amount = -value;
    return credit;
}

void add_credits(Transition& t, const Subscription& after, Draft& draft) {
    for (const auto& invoice : t.account.invoices)
        for (const auto& line : invoice.lines) {
            if (!covers_after(invoice, line, after.id, t.date) || bills_as_wanted(line, after)) continue;
            const auto from = std::max(t.date, line.span.from);
            auto credit = credit_for(t, invoice, line, {from, line.kept_until});
            draft.releases.push_back({line.id, from});
            if (credit.amount != 0) draft.lines.push_back(std::move(credit));
        }
}

LocalDate covered_until(const Transition& t, const Subscription& after, const SubscriptionItem& item) {
    auto covered = std::max(t.date, item.period.from);
    for (const auto& invoice : t.account.invoices)
        for (const auto& line : invoice.lines)
            if (line.item == item.id && covers_after(invoice, line, after.id, t.date) && bills_as_wanted(line, after))
                covered = std::max(covered, line.kept_until);
    return covered;
}

void add_charge(Transition& t, const Subscription& after, const SubscriptionItem& item, Draft& draft) {
    auto end = item.period.to;
    if (after.cancel_at) end = std::min(end, *after.cancel_at);
    const Span span{covered_until(t, after, item), end};
    if (span.empty()) return;
    InvoiceLine line;
    line.id = t.make<LineId>();
    line.type = LineType::recurring;
    line.subscription = after.id;
    line.item = item.id;
    line.code = item.code;
    line.interval = item.interval;
    line.span = span;
    line.full = full_period(after, item);
    line.quantity = item.quantity;
    line.unit_price = item.unit_price;
    line.price_version = item.price_version;
    line.amount = prorated(times(item.unit_price, item.quantity), span.days(), line.full.days());
    line.kept_until = span.to;
    draft.lines.push_back(std::move(line));
}

/// Less than was billed: what was paid for it goes back, from the last invoice of it on.
void credit_usage(Transition& t, const UsageCounter& counter, const UsageDerivation& why, Draft& draft) {
    auto left = why.billed_before - why.price;
    for (auto invoice = t.account.invoices.rbegin(); invoice != t.account.invoices.rend() && left > 0; ++invoice) {
        const bool was_owed = invoice->state == InvoiceState::open || invoice->state == InvoiceState::paid;
        if (!was_owed || !invoice->in_force) continue;
        for (const auto& line : invoice->lines) {
            const auto remaining = line.net() - line.credited;
            if (line.type != LineType::usage || !line.usage || line.usage->counter != counter.id || remaining <= 0)
                continue;
            // Of the amount before its discount, as much as what remains stands for.
            const auto part = std::min(left, prorated(line.amount, remaining, line.net()));
            if (part <= 0) continue;
            left -= part;
            InvoiceLine credit;
            credit.id = t.make<LineId>();
            credit.type = LineType::proration_credit;
            credit.subscription = line.subscription;
            credit.code = line.code;
            credit.span = credit.full = line.full;
            credit.unit_price = part;
            credit.tax_terms = line.tax_terms;
            credit.kept_until = credit.span.from;
            const bool whole = part == prorated(line.amount, remaining, line.net());
            const auto value = whole ? remaining : std::min(remaining, prorated(line.net(), part, line.amount));
            credit.credit = CreditDerivation{line.id,           invoice->id, line.amount,
                                             line.net(),        remaining,   line.tax - line.credited_tax,
                                             value == remaining};
            credit.amount = -value;
            credit.usage = why;
            credit.note = "correction for usage that turned out to be less";
            draft.lines.push_back(std::move(credit));
        }
    }
}

}  // namespace

LocalDate kept_until(const InvoiceLine& line, const Draft& draft) {
    for (const auto& release : draft.releases)
        if (release.line == line.id) return release.kept_until;
    return line.kept_until;
}

void add_recurring(Transition& t, const Subscription& after, Unwanted unwanted, Draft& draft) {
    if (unwanted == Unwanted::credit) add_credits(t, after, draft);
    if (!is_billed(after.state) || after.blocked_since) return;
    for (const auto& item : after.items)
        if (!item.ended) add_charge(t, after, item, draft);
}

void add_credit_for(Transition& t, const SubscriptionId& subscription, const Span& days, Draft& draft) {
    for (const auto& invoice : t.account.invoices)
        for (const auto& line : invoice.lines) {
            if (!covers_after(invoice, line, subscription, days.from)) continue;
            const Span part{std::max(days.from, line.span.from), std::min(days.to, line.kept_until)};
            if (part.empty()) continue;
            if (auto credit = credit_for(t, invoice, line, part); credit.amount != 0)
                draft.lines.push_back(std::move(credit));
        }
}

void add_usage(Transition& t, const Subscription& subscription, LocalDate until, Counters which, Draft& draft) {
    for (const auto& meter : t.catalogue.meters) {
        if (!meter.overage) continue;
        for (const auto& stored : t.account.counters) {
            auto counter = stored;
            if (!counter.closed) counter.limit = limit_of(t.catalogue, subscription, counter.meter);
            if (counter.meter != meter.code || counter.subscription != subscription.id || counter.trial) continue;
            const bool gauge = meter.reset == MeterReset::never;
            const bool ended = counter.closed || which == Counters::closing;
            if (!ended && (gauge ? subscription.period().to : counter.period.to) > until) continue;
            if (gauge && until <= subscription.period().from) continue;
            const auto units = units_over(counter);
            const auto price = price_of_overage(*meter.overage, Fraction(units, counter.whole));
            const auto before = gauge ? 0 : counter.billed_amount;
            const auto units_before = gauge ? 0 : counter.billed_units;
            const UsageDerivation why{counter.id,          counter.used, counter.limit, units,
                                      *meter.overage,      price,        before,        units_before,
                                      counter.aggregation, counter.whole};
            if (price < before) credit_usage(t, counter, why, draft);
            if (price <= before) continue;
            InvoiceLine line;
            line.id = t.make<LineId>();
            line.type = LineType::usage;
            line.subscription = subscription.id;
            line.code = meter.code;
            line.span = gauge ? subscription.period() : counter.period;
            line.span.to = std::min(line.span.to, std::max(until, line.span.from));
            line.full = line.span;
            line.quantity = Fraction(units - units_before, counter.whole).rounded();
            line.amount = price - before;
            line.kept_until = line.span.to;
            line.usage = why;
            if (before > 0) line.note = "correction for usage that was reported late";
            draft.lines.push_back(std::move(line));
        }
    }
}

void add_carried_over(Transition& t, Draft& draft) {
    if (t.account.profile.carried == 0 || draft.empty()) return;
    InvoiceLine line;
    line.id = t.make<LineId>();
    line.type = LineType::adjustment;
    line.code = "carried_over";
    line.span = line.full = {t.date, t.date};
    line.unit_price = line.amount = t.account.profile.carried;
    line.kept_until = t.date;
    line.note = "too little to charge for on the invoice before";
    draft.lines.push_back(std::move(line));
}

}  // namespace whatsflow::billing
