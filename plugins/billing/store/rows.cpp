#include "rows.hpp"

#include "entities.hpp"

namespace whatsflow::billing::store {

const Table kSubscriptions{"billing_subscriptions",
                           {"id", "state", "plan", "period_unit", "quantity", "overdue", "started_on", "period_from",
                            "period_to", "trial_end", "cancel_on", "plan_version", "body"}};
const Table kInvoices{"billing_invoices",
                      {"id", "n", "number", "state", "currency", "issued_on", "due_on", "total", "amount_paid",
                       "amount_due", "refused_on", "watched_until", "body"}};
const Table kLines{
    "billing_invoice_lines",
    {"id", "invoice_id", "position", "type", "code", "covers_from", "covers_to", "amount", "discount", "tax", "body"}};
const Table kNotes{"billing_credit_notes", {"id", "invoice_id", "number", "issued_on", "total", "body"}};
const Table kPayments{
    "billing_payments",
    {"id", "invoice_id", "kind", "status", "amount", "started_at", "reference", "code", "hard", "body"}};
const Table kGrants{"billing_grants", {"id", "remaining", "expires_on", "body"}};
const Table kEntries{"billing_credit_entries", {"id", "made_on", "amount", "body"}};
const Table kRedemptions{"billing_redemptions", {"id", "coupon", "body"}};
const Table kCounters{
    "billing_counters",
    {"id", "subscription_id", "meter", "period_from", "period_to", "used", "reserved", "closed", "watched", "body"}};
const Table kPendings{"billing_pending_changes", {"id", "expires_at", "body"}};
const Table kDrafts{"billing_waiting_drafts", {"id", "subscription_id", "begins_on", "final_on", "body"}};
const Table kSeen{"billing_seen_keys", {"kind", "seen_key", "fingerprint", "made_at"}};
const Table kValues{"billing_counted_values", {"counter_id", "value"}};
const Table kPostings{"billing_postings",
                      {"id", "batch_id", "account", "amount", "currency", "posted_on", "source", "source_id"}};
const Table kMovements{"billing_movements", {"id", "kind", "currency", "moved_on", "amount", "rounded"}};

namespace {

DbValue day(const std::optional<LocalDate>& date) {
    return date ? DbValue(date->days) : DbValue();
}
std::string cut(const std::string& text, std::size_t length) {
    return text.size() <= length ? text : text.substr(0, length);
}

}  // namespace

DbValue word(std::string_view text) {
    return DbValue(std::string(text));
}

DbValues row_of(const Subscription& v) {
    return {v.id.text(),        word(to_text(v.state)),   v.plan(),          v.base().interval.text(),
            v.base().quantity,  word(to_text(v.overdue)), v.started_on.days, v.period().from.days,
            v.period().to.days, day(v.trial_end),         day(v.cancel_at),  v.base().plan_version,
            write(v).dump()};
}
DbValues row_of(const Account& account, const Invoice& v) {
    const bool refused = v.state == InvoiceState::open && v.dunning;
    return {v.id.text(),
            v.n,
            v.number,
            word(to_text(v.state)),
            v.currency,
            v.issued_on.days,
            v.due_on.days,
            v.total,
            v.amount_paid,
            v.amount_due(),
            refused ? DbValue(v.dunning->started_on.days) : DbValue(),
            watched_until(account, v),
            write(v).dump()};
}
DbValues row_of(const Invoice& invoice, std::size_t position, const InvoiceLine& v) {
    return {v.id.text(),
            invoice.id.text(),
            static_cast<std::int64_t>(position),
            word(to_text(v.type)),
            v.code,
            v.span.from.days,
            v.span.to.days,
            v.amount,
            v.discount,
            v.tax,
            write(v).dump()};
}
DbValues row_of(const CreditNote& v) {
    return {v.id.text(), v.invoice.text(), v.number, v.issued_on.days, v.total, write(v).dump()};
}
DbValues row_of(const Payment& v) {
    return {v.id.text(), v.invoice.text(), word(to_text(v.kind)),          word(to_text(v.status)),
            v.amount,    v.started_at,     cut(v.provider_reference, 200), cut(v.decline_code, 80),
            v.hard,      write(v).dump()};
}
DbValues row_of(const CreditGrant& v) {
    return {v.id.text(), v.remaining, day(v.expires_on), write(v).dump()};
}
DbValues row_of(const CreditEntry& v) {
    return {v.id.text(), v.on.days, v.amount, write(v).dump()};
}
DbValues row_of(const CouponRedemption& v) {
    return {v.id.text(), v.coupon, write(v).dump()};
}
DbValues row_of(const UsageCounter& v) {
    const bool watched = !v.closed || units_over(v) != v.billed_units;
    return {
        v.id.text(), v.subscription.text(), v.meter, v.period.from.days, v.period.to.days, v.used, v.reserved, v.closed,
        watched,     write(v).dump()};
}
DbValues row_of(const PendingChange& v) {
    return {v.id.text(), v.expires_at, write(v).dump()};
}
DbValues row_of(const WaitingDraft& v) {
    return {v.id.text(), v.subscription.text(), v.day.days, v.finalise_on.days, write(v).dump()};
}

}  // namespace whatsflow::billing::store
