#include "settlement.hpp"

#include "life.hpp"

namespace whatsflow::billing {
namespace {

/// When to ask about an unresolved charge: at once, after 5 minutes, an hour, then daily five times.
std::optional<sdk::Instant> next_question(sdk::Instant now, int asked) {
    using std::chrono::hours;
    using std::chrono::minutes;
    if (asked <= 1) return now + minutes{5};
    if (asked == 2) return now + hours{1};
    if (asked <= 7) return now + hours{24};
    return std::nullopt;
}

/// Money that came when nothing was owed any more stays with the customer.
void keep_as_credit(Transition& t, Payment& payment, Amount amount) {
    if (amount <= 0) return;
    payment.kept_as_credit = sum(payment.kept_as_credit, amount);
    CreditGrant grant;
    grant.source = CreditSource::late_payment;
    grant.amount = amount;
    grant.reason = "payment that was not owed any more";
    const auto fields = fields_of(t.account, payment);
    const InvoiceId invoice{payment.invoice};
    const PaymentId id{payment.id};
    grant_credit(t, grant, LedgerAccount::clearing, "payment", id.text(), invoice);
    t.tell("billing.late_payment_kept/1", fields);
}

bool waits_for_first_payment(const Subscription* subscription) {
    return subscription != nullptr && subscription->state == SubscriptionState::incomplete;
}

bool belongs_to_pending_change(const Account& account, const Invoice& invoice) {
    return std::ranges::find(account.pending_changes, invoice.id, &PendingChange::invoice) !=
           account.pending_changes.end();
}

void start_or_go_on_dunning(Transition& t, Invoice& invoice, bool hard) {
    if (!invoice.dunning) {
        invoice.dunning = InvoiceDunning{t.catalogue.newest_dunning_policy().version, std::max(invoice.due_on, t.today),
                                         0, false, std::nullopt};
        t.tell("billing.dunning_started/1", fields_of(t.account, invoice));
    }
    auto& dunning = *invoice.dunning;
    if (dunning.held_since) {
        dunning.started_on = dunning.started_on.plus_days(days_between(*dunning.held_since, t.today));
        dunning.held_since.reset();
    }
    dunning.retries_stopped = dunning.retries_stopped || hard;
}

}  // namespace

bool has_unresolved_charge(const Account& account, const Invoice& invoice) {
    return std::ranges::any_of(account.payments, [&](const Payment& each) {
        return each.kind == PaymentKind::charge && each.invoice == invoice.id && each.unresolved();
    });
}

bool was_charged(const Account& account, const Invoice& invoice) {
    return std::ranges::any_of(account.payments, [&](const Payment& each) {
        return each.kind == PaymentKind::charge && each.invoice == invoice.id &&
               each.status == PaymentStatus::succeeded;
    });
}

void request_charge(Transition& t, Invoice& invoice) {
    Payment payment;
    payment.id = t.make<PaymentId>();
    payment.invoice = invoice.id;
    payment.amount = invoice.amount_due();
    payment.started_at = t.now;
    payment.ask_at = next_question(t.now, 0);
    invoice.technical_retry_at.reset();
    const auto* subscription = t.account.find_subscription(invoice.subscription);
    // What a change costs is asked for by us: only periods are the provider's.
    if (subscription != nullptr && subscription->provider_run && invoice.in_force) {
        // Nobody asks for this money: the provider takes it and says so. Should its word be lost, it is
        // asked once a day.
        payment.awaited = true;
        payment.status = PaymentStatus::pending;
        payment.asked = 2;
        payment.ask_at = t.now + std::chrono::hours{24};
    } else {
        t.out.charges.push_back({payment.id, invoice.id, payment.amount});
    }
    t.account.payments.push_back(std::move(payment));
}

void settle_payment(Transition& t, const PaymentId& id, Amount amount) {
    auto& payment = *t.account.find_payment(id);
    auto& invoice = t.invoice(payment.invoice);
    payment.status = PaymentStatus::succeeded;
    payment.amount = checked(amount);
    payment.decline_code.clear();
    payment.resolved_at = t.now;
    payment.ask_at.reset();
    t.tell("billing.payment_succeeded/1", fields_of(t.account, payment));

    const auto used = std::min(amount, invoice.amount_due());
    keep_as_credit(t, payment, amount - used);
    if (invoice.state == InvoiceState::voided || used == 0) return;
    invoice.amount_paid = sum(invoice.amount_paid, used);
    const bool written_off = invoice.state == InvoiceState::uncollectible;
    t.ledger.move(t.today, LedgerAccount::clearing, written_off ? LedgerAccount::bad_debt : LedgerAccount::receivable,
                  used, "payment", id.text());
    if (written_off) invoice.written_off -= used;
    if (invoice.amount_due() == 0) return settle_invoice(t, invoice);
    if (written_off || belongs_to_pending_change(t.account, invoice)) return;
    auto* subscription = t.account.find_subscription(invoice.subscription);
    if (waits_for_first_payment(subscription)) return;
    start_or_go_on_dunning(t, invoice, false);
    if (subscription != nullptr) reassess(t, *subscription);
}

void decline_payment(Transition& t, const PaymentId& id, bool hard, const std::string& code) {
    auto& payment = *t.account.find_payment(id);
    auto& invoice = t.invoice(payment.invoice);
    payment.status = PaymentStatus::declined;
    payment.hard = hard;
    payment.decline_code = code;
    payment.resolved_at = t.now;
    payment.ask_at.reset();
    t.tell("billing.payment_failed/1", fields_of(t.account, payment));
    if (invoice.state != InvoiceState::open) return;

    const auto again = t.now + std::chrono::hours{24};
    for (auto& change : t.account.pending_changes)
        if (change.invoice == invoice.id) {
            change.expires_at = std::max(change.expires_at, again);
            return;
        }
    auto* subscription = t.account.find_subscription(invoice.subscription);
    if (waits_for_first_payment(subscription)) {
        subscription->incomplete_until = std::max(subscription->incomplete_until.value_or(again), again);
        if (hard) give_up(t, *subscription, SubscriptionState::incomplete_expired);
        return;
    }
    // Who takes renewals by itself also tries again by itself.
    start_or_go_on_dunning(t, invoice, hard || payment.awaited);
    if (subscription != nullptr) reassess(t, *subscription);
}

void settle_invoice(Transition& t, Invoice& invoice) {
    if (invoice.state == InvoiceState::voided) return;
    invoice.state = InvoiceState::paid;
    invoice.dunning.reset();
    invoice.technical_retry_at.reset();
    if (invoice.total > 0) t.account.profile.has_paid = true;
    t.tell("billing.invoice_paid/1", fields_of(t.account, invoice));
    for (const auto& change : t.account.pending_changes)
        if (change.invoice == invoice.id) return take_effect(t, PendingChangeId{change.id});
    auto* subscription = t.account.find_subscription(invoice.subscription);
    if (subscription == nullptr) return;
    if (subscription->state == SubscriptionState::incomplete)
        activate(t, *subscription);
    else
        reassess(t, *subscription);
}

Amount send_back(Transition& t, const InvoiceId& invoice, Amount amount, const InvoiceId& booked_on) {
    Amount sent = 0;
    const auto count = t.account.payments.size();
    for (std::size_t at = count; at-- > 0 && sent < amount;) {
        auto& charge = t.account.payments[at];
        if (charge.invoice != invoice || charge.refundable() <= 0) continue;
        const auto part = std::min(amount - sent, charge.refundable());
        charge.refunded += part;
        sent += part;
        Payment refund;
        refund.id = t.make<PaymentId>();
        refund.kind = PaymentKind::refund;
        refund.invoice = booked_on;
        refund.of = charge.id;
        refund.amount = -part;
        refund.status = PaymentStatus::pending;
        refund.started_at = t.now;
        refund.ask_at = t.now + std::chrono::minutes{10};  // in case nobody gets to send it
        t.out.refunds.push_back({refund.id, charge.id, part});
        t.account.payments.push_back(std::move(refund));
    }
    auto& booked = t.invoice(booked_on);
    booked.amount_paid -= sent;
    t.ledger.move(t.today, LedgerAccount::receivable, LedgerAccount::clearing, sent, "invoice", booked_on.text());
    return sent;
}

Amount take_kept_credit(Transition& t, Payment& charge, Amount most, const std::string& reason) {
    const auto taken = std::min({most, charge.kept_as_credit, t.account.credit_balance()});
    if (taken <= 0) return 0;
    charge.kept_as_credit -= taken;
    auto rest = taken;
    for (auto& grant : t.account.grants) {
        const auto part = std::min(rest, grant.remaining);
        grant.remaining -= part;
        rest -= part;
    }
    t.ledger.move(t.today, LedgerAccount::customer_credit, LedgerAccount::clearing, taken, "payment", charge.id.text());
    t.account.credit_entries.push_back({t.make<CreditEntryId>(), t.today, -taken, reason, charge.invoice});
    return taken;
}

Amount creditable(const Account&, const Invoice& invoice) {
    Amount left = 0;
    for (const auto& line : invoice.lines)
        if (line.is_charge() && line.type != LineType::adjustment)
            left = sum(left, line.gross() - line.credited - (line.tax_terms.inclusive ? 0 : line.credited_tax));
    return std::max<Amount>(0, std::min(left, invoice.total - invoice.credit_noted));
}

CreditNote& issue_credit_note(Transition& t, Invoice& invoice, Amount gross, const std::string& reason) {
    std::vector<Amount> left;
    for (const auto& line : invoice.lines) {
        const bool takes = line.is_charge() && line.type != LineType::adjustment;
        left.push_back(takes ? line.gross() - line.credited - (line.tax_terms.inclusive ? 0 : line.credited_tax) : 0);
    }
    const auto parts = split(gross, left);
    auto& profile = t.account.profile;
    CreditNote note;
    note.id = t.make<CreditNoteId>();
    note.n = ++profile.credit_notes_issued;
    note.number = number_from(profile.credit_note_numbers, t.today);
    ++profile.credit_note_numbers.next;
    note.invoice = invoice.id;
    note.issued_on = t.today;
    note.reason = reason;
    for (std::size_t at = 0; at < parts.size(); ++at) {
        if (parts[at] == 0) continue;
        auto& line = invoice.lines[at];
        const auto tax_left = line.tax - line.credited_tax;
        const auto tax =
            parts[at] == left[at] ? tax_left : std::min(tax_left, prorated(line.tax, parts[at], line.gross()));
        note.lines.push_back({line.id, parts[at] - tax, tax});
        note.net += parts[at] - tax;
        note.tax += tax;
        line.credited += line.tax_terms.inclusive ? parts[at] : parts[at] - tax;
        line.credited_tax += tax;
    }
    note.total = note.net + note.tax;
    invoice.credit_noted = sum(invoice.credit_noted, note.total);
    t.ledger.move(t.today, LedgerAccount::deferred_revenue, LedgerAccount::receivable, note.net, "credit_note",
                  note.id.text());
    t.ledger.move(t.today, LedgerAccount::tax_payable, LedgerAccount::receivable, note.tax, "credit_note",
                  note.id.text());
    t.account.credit_notes.push_back(std::move(note));
    t.tell("billing.credit_note_issued/1", fields_of(t.account, invoice));
    return t.account.credit_notes.back();
}

}  // namespace whatsflow::billing
