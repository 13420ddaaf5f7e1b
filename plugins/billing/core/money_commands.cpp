// What people do with invoices and money: pay, refund, void, write off; and what banks do.
#include "handlers.hpp"
#include "life.hpp"
#include "settlement.hpp"

namespace whatsflow::billing {
namespace {

void refuse_unresolved(const Transition& t, const Invoice& invoice) {
    if (has_unresolved_charge(t.account, invoice))
        refuse("billing.payment_unresolved", "A payment of invoice " + invoice.number +
                                                 " is not settled yet: it may have happened, so nothing else is done "
                                                 "before the provider has said.");
}

Invoice& oldest_due(Transition& t) {
    for (auto& invoice : t.account.invoices)
        if (invoice.state == InvoiceState::open && invoice.amount_due() > 0) return invoice;
    refuse("billing.nothing_due", "No invoice is open.");
}

void write_off(Transition& t, Invoice& invoice) {
    invoice.state = InvoiceState::uncollectible;
    invoice.written_off = invoice.amount_due();
    invoice.dunning.reset();
    invoice.technical_retry_at.reset();
    t.ledger.move(t.today, LedgerAccount::bad_debt, LedgerAccount::receivable, invoice.written_off, "invoice",
                  invoice.id.text());
    t.tell("billing.invoice_uncollectible/1", fields_of(t.account, invoice));
}

void reassess_of(Transition& t, const Invoice& invoice) {
    if (auto* subscription = t.account.find_subscription(invoice.subscription)) reassess(t, *subscription);
}

/// Money that was kept as credit goes back as money, as far as the credit is unspent.
void refund_kept(Transition& t, const Invoice& invoice, std::optional<Amount> wanted) {
    Payment* charge = nullptr;
    for (auto& payment : t.account.payments)
        if (payment.invoice == invoice.id && payment.kept_as_credit > 0 && payment.charged_back == 0) charge = &payment;
    const auto most = charge == nullptr ? 0 : std::min(charge->kept_as_credit, t.account.credit_balance());
    if (most == 0) refuse("billing.nothing_to_refund", "Nothing of invoice " + invoice.number + " can be refunded.");
    const auto amount = wanted.value_or(most);
    if (amount < 1) refuse("billing.bad_amount", "A refund is at least one minor unit.");
    if (amount > most)
        refuse("billing.refund_too_large",
               "Of invoice " + invoice.number + " only " + std::to_string(most) + " can be refunded.");
    take_kept_credit(t, *charge, amount, "refunded");
    charge->refunded += amount;
    Payment refund;
    refund.id = t.make<PaymentId>();
    refund.kind = PaymentKind::refund;
    refund.invoice = invoice.id;
    refund.of = charge->id;
    refund.amount = -amount;
    refund.status = PaymentStatus::pending;
    refund.started_at = t.now;
    t.out.refunds.push_back({refund.id, charge->id, amount});
    t.account.payments.push_back(std::move(refund));
    t.tell("billing.payment_refunded/1", fields_of(t.account, invoice));
}

Payment& add_movement(Transition& t, const Payment& charge, PaymentKind kind, Amount amount) {
    Payment movement;
    movement.id = t.make<PaymentId>();
    movement.kind = kind;
    movement.invoice = charge.invoice;
    movement.of = charge.id;
    movement.amount = amount;
    movement.status = PaymentStatus::succeeded;
    movement.started_at = t.now;
    movement.resolved_at = t.now;
    t.account.payments.push_back(std::move(movement));
    return t.account.payments.back();
}

}  // namespace

Amount refundable(const Account& account, const Invoice& invoice) {
    Amount all = 0;
    for (const auto& payment : account.payments)
        if (payment.invoice == invoice.id) all = sum(all, payment.refundable());
    return all;
}

void handle(Transition& t, const Pay& command) {
    auto& invoice = command.invoice ? t.invoice(*command.invoice) : oldest_due(t);
    if (invoice.amount_due() == 0) refuse("billing.nothing_due", "Nothing is due on invoice " + invoice.number + ".");
    refuse_unresolved(t, invoice);
    // Paid by hand now, and not a second time by the provider's next attempt.
    if (auto* subscription = t.account.find_subscription(invoice.subscription)) take_renewals_back(t, *subscription);
    if (invoice.state == InvoiceState::open) use_credit(t, invoice);
    if (invoice.amount_due() == 0) return settle_invoice(t, invoice);
    request_charge(t, invoice);
}

void handle(Transition& t, const MarkPaid& command) {
    auto& invoice = t.invoice(command.invoice);
    if (invoice.amount_due() == 0) refuse("billing.nothing_due", "Nothing is due on invoice " + invoice.number + ".");
    refuse_unresolved(t, invoice);
    Payment payment;
    payment.id = t.make<PaymentId>();
    payment.invoice = invoice.id;
    payment.amount = invoice.amount_due();
    payment.started_at = t.now;
    payment.provider_reference = command.reference;
    const PaymentId id{payment.id};
    const auto amount = payment.amount;
    t.account.payments.push_back(std::move(payment));
    settle_payment(t, id, amount);
}

void handle(Transition& t, const Refund& command) {
    auto& invoice = t.invoice(command.invoice);
    refuse_unresolved(t, invoice);
    for (const auto& change : t.account.pending_changes)
        if (change.subscription == invoice.subscription)
            drop_pending_change(t, *t.account.find_subscription(change.subscription));
    auto most = refundable(t.account, invoice);
    if (most == 0) return refund_kept(t, invoice, command.amount);
    if (command.credit_note) most = std::min(most, creditable(t.account, invoice));
    if (most == 0) refuse("billing.nothing_to_refund", "Nothing of invoice " + invoice.number + " can be refunded.");
    const auto amount = command.amount.value_or(most);
    if (amount < 1) refuse("billing.bad_amount", "A refund is at least one minor unit.");
    if (amount > most)
        refuse("billing.refund_too_large",
               "Of invoice " + invoice.number + " only " + std::to_string(most) + " can be refunded.");
    if (command.credit_note) issue_credit_note(t, invoice, amount, "refund").refunded = amount;
    const InvoiceId id{invoice.id};
    send_back(t, id, amount, id);
    auto& now = t.invoice(id);
    if (now.state == InvoiceState::paid && now.amount_due() > 0) now.state = InvoiceState::open;
    t.tell("billing.payment_refunded/1", fields_of(t.account, now));
}

void handle(Transition& t, const Chargeback& command) {
    auto& invoice = t.invoice(command.invoice);
    Payment* charge = nullptr;
    for (auto& payment : t.account.payments)
        if (payment.invoice == invoice.id && payment.refundable() + payment.kept_as_credit > payment.charged_back)
            charge = &payment;
    if (charge == nullptr)
        refuse("billing.nothing_to_charge_back", "Invoice " + invoice.number + " has no payment that stands.");
    const auto amount = charge->refundable();
    // Of what was kept as credit the bank takes all; what is spent of it is lost.
    const auto kept = charge->kept_as_credit;
    const auto lost = kept - take_kept_credit(t, *charge, kept, "charged back");
    t.ledger.move(t.today, LedgerAccount::bad_debt, LedgerAccount::clearing, lost, "payment", charge->id.text());
    charge->charged_back += amount + kept;
    const auto copy = *charge;
    add_movement(t, copy, PaymentKind::chargeback, -amount - kept);
    invoice.amount_paid -= amount;
    t.ledger.move(t.today, LedgerAccount::receivable, LedgerAccount::clearing, amount, "payment", copy.id.text());
    if (invoice.state == InvoiceState::paid && invoice.amount_due() > 0) invoice.state = InvoiceState::open;
    t.tell("billing.chargeback_opened/1", fields_of(t.account, copy));
    reassess_of(t, invoice);
}

void handle(Transition& t, const ReverseChargeback& command) {
    auto& invoice = t.invoice(command.invoice);
    Payment* charge = nullptr;
    for (auto& payment : t.account.payments)
        if (payment.invoice == invoice.id && payment.charged_back > 0) charge = &payment;
    if (charge == nullptr)
        refuse("billing.nothing_to_reverse", "Invoice " + invoice.number + " has no open chargeback.");
    const auto amount = std::exchange(charge->charged_back, 0);
    const auto used = std::min(amount, invoice.amount_due());
    const auto won_back = std::min(amount - used, charge->kept_as_credit);  // was lost, see above
    charge->kept_as_credit += amount - used - won_back;
    const auto copy = *charge;
    add_movement(t, copy, PaymentKind::chargeback_reversal, amount);
    t.tell("billing.chargeback_reversed/1", fields_of(t.account, copy));
    invoice.amount_paid += used;
    const bool written_off = invoice.state == InvoiceState::uncollectible;
    t.ledger.move(t.today, LedgerAccount::clearing, written_off ? LedgerAccount::bad_debt : LedgerAccount::receivable,
                  used, "payment", copy.id.text());
    if (written_off) invoice.written_off -= used;
    t.ledger.move(t.today, LedgerAccount::clearing, LedgerAccount::bad_debt, won_back, "payment", copy.id.text());
    if (amount > used + won_back) {  // paid again in between
        CreditGrant grant;
        grant.source = CreditSource::late_payment;
        grant.amount = amount - used - won_back;
        grant.reason = "chargeback that was reversed";
        grant_credit(t, grant, LedgerAccount::clearing, "payment", copy.id.text(), InvoiceId{copy.invoice});
    }
    if (invoice.amount_due() == 0 && invoice.state != InvoiceState::voided) return settle_invoice(t, invoice);
    reassess_of(t, invoice);
}

void handle(Transition& t, const VoidInvoice& command) {
    auto& invoice = t.invoice(command.invoice);
    if (invoice.state == InvoiceState::voided)
        refuse("billing.no_change", "Invoice " + invoice.number + " is void already.");
    refuse_unresolved(t, invoice);
    if (invoice.state == InvoiceState::paid || was_charged(t.account, invoice))
        refuse("billing.invoice_paid",
               "Invoice " + invoice.number + " was paid; refund it with a credit note instead.");
    for (const auto& change : t.account.pending_changes)
        if (change.invoice == invoice.id) return abandon(t, PendingChangeId{change.id});
    auto* subscription = t.account.find_subscription(invoice.subscription);
    if (subscription != nullptr && subscription->state == SubscriptionState::incomplete)
        return give_up(t, *subscription, SubscriptionState::incomplete_expired);
    if (invoice.state == InvoiceState::uncollectible)
        t.ledger.move(t.today, LedgerAccount::receivable, LedgerAccount::bad_debt,
                      std::exchange(invoice.written_off, 0), "invoice", invoice.id.text());
    void_invoice(t, invoice);
    reassess_of(t, invoice);
}

void handle(Transition& t, const WriteOff& command) {
    auto& invoice = t.invoice(command.invoice);
    refuse_unresolved(t, invoice);
    if (invoice.state != InvoiceState::open)
        refuse("billing.nothing_due", "Invoice " + invoice.number + " is not open.");
    write_off(t, invoice);
    reassess_of(t, invoice);
}

void handle(Transition& t, const ExtendDunning& command) {
    auto& invoice = t.invoice(command.invoice);
    if (!invoice.dunning) refuse("billing.no_dunning", "Invoice " + invoice.number + " is not being reminded of.");
    if (command.days < -3650 || command.days > 3650) refuse("billing.bad_days", "At most 3650 days.");
    invoice.dunning->started_on = invoice.dunning->started_on.plus_days(command.days);
    reassess_of(t, invoice);
}

}  // namespace whatsflow::billing
