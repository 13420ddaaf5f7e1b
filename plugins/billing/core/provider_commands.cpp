// What the provider says: answers to our calls and notices of its own, in any order and number.
//
// Success outranks everything, and a decline only a charge that is open: so late and repeated words
// of the provider change nothing, and each order of them ends in the same state.
#include "handlers.hpp"
#include "life.hpp"
#include "settlement.hpp"

namespace whatsflow::billing {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

constexpr int kTechnicalTries = 8;

void retry_technically(Transition& t, Payment& payment) {
    payment.status = PaymentStatus::not_attempted;
    payment.resolved_at = t.now;
    payment.ask_at.reset();
    auto& invoice = t.invoice(payment.invoice);
    if (invoice.state != InvoiceState::open) return;
    const int done = invoice.technical_retries++;
    // Doubling from five minutes; after that once a day, so that the account never hangs.
    invoice.technical_retry_at =
        t.now + (done < kTechnicalTries ? seconds{300LL << done} : std::chrono::duration_cast<seconds>(hours{24}));
    if (done == kTechnicalTries) t.tell("billing.provider_unreachable/1", fields_of(t.account, payment));
}

void hold_dunning(Transition& t, const Payment& payment) {
    auto& invoice = t.invoice(payment.invoice);
    if (invoice.dunning && !invoice.dunning->held_since) invoice.dunning->held_since = t.today;
}

void leave_open(Transition& t, Payment& payment, PaymentStatus status) {
    const bool first = payment.status != status || payment.asked == 0;
    payment.status = status;
    hold_dunning(t, payment);
    if (!first) return;
    if (status == PaymentStatus::pending) {
        payment.ask_at = t.now + hours{1};
        payment.asked = std::max(payment.asked, 2);
    } else if (payment.asked == 0) {
        payment.asked = 1;
        payment.ask_at = t.now + std::chrono::minutes{5};
        t.out.questions.push_back(payment.id);  // at once: most timeouts are settled by asking
    }
    t.tell(status == PaymentStatus::pending ? "billing.payment_pending/1" : "billing.payment_unknown/1",
           fields_of(t.account, payment));
}

/// Nothing is taken before the customer agrees: told once.
void ask_customer(Transition& t, Payment& payment) {
    if (payment.waits_for_customer()) return;
    leave_open(t, payment, PaymentStatus::pending);
    payment.decline_code = kCustomerNeeded;
    auto fields = fields_of(t.account, t.invoice(payment.invoice));
    fields["payment"] = payment.id.text();
    fields["amount"] = payment.amount;
    t.tell("billing.payment_action_required/1", std::move(fields));
}

/// A refund that the bank would not take stays with the customer as credit. One that is on its way,
/// or did not get through, is asked about: under its key it is never sent twice.
void answer_refund(Transition& t, Payment& refund, const ChargeAnswered& answer) {
    if (!refund.unresolved()) return;
    if (!answer.reference.empty()) refund.provider_reference = answer.reference;
    switch (answer.result) {
        case ChargeResult::succeeded:
            refund.status = PaymentStatus::succeeded;
            refund.resolved_at = t.now;
            refund.ask_at.reset();
            return;
        case ChargeResult::pending:
        case ChargeResult::unknown:
        case ChargeResult::not_attempted:
            if (refund.asked == 0)
                refund.ask_at = t.now + hours{answer.result == ChargeResult::pending ? 1 : 0} + std::chrono::minutes{5};
            return;
        case ChargeResult::declined:
        case ChargeResult::hard_declined: break;
    }
    refund.status = PaymentStatus::declined;
    refund.resolved_at = t.now;
    refund.ask_at.reset();
    refund.decline_code = answer.code;
    CreditGrant grant;
    grant.source = CreditSource::late_payment;
    grant.amount = -refund.amount;
    grant.reason = "refund that the bank did not take";
    const PaymentId id{refund.id};
    grant_credit(t, grant, LedgerAccount::clearing, "payment", id.text(), InvoiceId{refund.invoice});
    t.tell("billing.refund_failed/1", fields_of(t.account, *t.account.find_payment(id)));
}

struct Attempts {
    Payment* last = nullptr;       ///< of all charges
    Payment* unsettled = nullptr;  ///< the last that has not succeeded, if none after it has
};

Attempts attempts_of(Account& account, const InvoiceId& invoice) {
    Attempts found;
    for (auto& payment : account.payments) {
        if (payment.kind != PaymentKind::charge || payment.invoice != invoice) continue;
        found.last = &payment;
        if (payment.status == PaymentStatus::succeeded)
            found.unsettled = nullptr;
        else if (found.unsettled == nullptr || payment.unresolved() || !found.unsettled->unresolved())
            found.unsettled = &payment;
    }
    return found;
}

/// The money was kept as credit, and now it is gone: so is the credit, or what is spent of it is lost.
void note_refund_of_kept(Transition& t, Payment& charge) {
    const auto kept = charge.kept_as_credit;
    if (kept == 0 || charge.charged_back > 0) return;
    const auto lost = kept - take_kept_credit(t, charge, kept, "refunded at the provider");
    t.ledger.move(t.today, LedgerAccount::bad_debt, LedgerAccount::clearing, lost, "payment", charge.id.text());
    charge.kept_as_credit = 0;
    charge.refunded += kept;
    Payment refund;
    refund.id = t.make<PaymentId>();
    refund.kind = PaymentKind::refund;
    refund.invoice = charge.invoice;
    refund.of = charge.id;
    refund.amount = -kept;
    refund.status = PaymentStatus::succeeded;
    refund.started_at = t.now;
    refund.resolved_at = t.now;
    t.account.payments.push_back(std::move(refund));
}

/// Somebody refunded at the provider: the same as our refund of the rest, without sending it again.
void note_refund(Transition& t, const PaymentId& id) {
    auto* charge = t.account.find_payment(id);
    if (charge->refunded > 0) return;
    const auto amount = charge->refundable();
    if (amount == 0) return note_refund_of_kept(t, *charge);
    auto& invoice = t.invoice(charge->invoice);
    const auto noted = std::min(amount, creditable(t.account, invoice));
    if (noted > 0) issue_credit_note(t, invoice, noted, "refunded at the provider").refunded = noted;
    send_back(t, InvoiceId{invoice.id}, amount, InvoiceId{invoice.id});
    t.out.refunds.clear();
    auto& refund = t.account.payments.back();
    refund.status = PaymentStatus::succeeded;
    refund.resolved_at = t.now;
    refund.ask_at.reset();
    if (invoice.state == InvoiceState::paid && invoice.amount_due() > 0) invoice.state = InvoiceState::open;
    t.tell("billing.payment_refunded/1", fields_of(t.account, invoice));
}

}  // namespace

void handle(Transition& t, const ChargeAnswered& command) {
    auto* payment = t.account.find_payment(command.payment);
    if (payment == nullptr) refuse("billing.unknown_payment", "The account has no such payment.");
    if (payment->kind != PaymentKind::charge) return answer_refund(t, *payment, command);
    if (payment->status == PaymentStatus::succeeded) return;
    if (!command.reference.empty()) payment->provider_reference = command.reference;
    switch (command.result) {
        case ChargeResult::succeeded:
            return settle_payment(t, command.payment, command.amount.value_or(payment->amount));
        case ChargeResult::declined:
        case ChargeResult::hard_declined:
            if (payment->unresolved())
                decline_payment(t, command.payment, command.result == ChargeResult::hard_declined, command.code);
            return;
        case ChargeResult::pending:
            if (!payment->unresolved()) return;
            return command.customer_needed ? ask_customer(t, *payment)
                                           : leave_open(t, *payment, PaymentStatus::pending);
        case ChargeResult::unknown:
            if (payment->status == PaymentStatus::unknown) leave_open(t, *payment, PaymentStatus::unknown);
            return;
        case ChargeResult::not_attempted:
            if (payment->unresolved()) retry_technically(t, *payment);
            return;
    }
}

void handle(Transition& t, const Notice& command) {
    const auto& invoice = t.invoice(command.invoice);
    const auto attempts = attempts_of(t.account, invoice.id);
    if (attempts.last == nullptr)
        refuse("billing.no_payment", "Nobody has tried to pay invoice " + invoice.number + ".");
    const PaymentId last{attempts.last->id};
    switch (command.kind) {
        case NoticeKind::paid:
            if (attempts.unsettled != nullptr)
                settle_payment(t, PaymentId{attempts.unsettled->id}, attempts.unsettled->amount);
            return;
        case NoticeKind::failed:
            if (attempts.unsettled != nullptr && attempts.unsettled->unresolved())
                decline_payment(t, PaymentId{attempts.unsettled->id}, false, "notice");
            return;
        case NoticeKind::refunded:
            if (attempts.last->status != PaymentStatus::succeeded) settle_payment(t, last, attempts.last->amount);
            return note_refund(t, last);
    }
}

}  // namespace whatsflow::billing
