// A kept method is charged, or money goes back.
#include "outcomes.hpp"

namespace whatsflow::testpay {
namespace {

using sdk::PaymentEventType;
using sdk::PaymentOutcome;

PaymentOutcome could_not_write(const sdk::Error& error) {
    return PaymentOutcome::transient(error.code, "Testpay's records cannot be written now.");
}

/// What an earlier charge of the same key ended with.
PaymentOutcome recalled(const Payment& payment) {
    if (payment.status == "failed") {
        const bool soft = payment.code == "insufficient_funds";
        auto outcome = PaymentOutcome::declined(soft ? sdk::Decline::soft : sdk::Decline::hard, payment.code,
                                                "The card was declined.");
        outcome.id = payment.id;
        return outcome;
    }
    if (payment.status == "pending") return PaymentOutcome::pending(payment.id, "The bank takes its time.");
    return PaymentOutcome::succeeded(payment.id, payment.amount);
}

const char* decline_code(Behaviour behaviour) {
    switch (behaviour) {
        case Behaviour::poor: return "insufficient_funds";
        case Behaviour::stolen: return "stolen_card";
        case Behaviour::expired: return "expired_card";
        default: return "";
    }
}

}  // namespace

sdk::Result<PaymentOutcome> Outcomes::charge(const sdk::CallContext& context, const sdk::ChargeRequest& request) {
    const auto behaviour = behaviour_of_token(request.method.token.reveal());
    if (behaviour == Behaviour::challenged) {
        Checkout approval;
        approval.kind = "approval";
        approval.reference = request.reference;
        approval.amount = request.amount;
        approval.description = request.description;
        approval.customer = request.method.customer;
        approval.return_url = host_.site_url(sdk::Site::app) + "/billing";
        approval.cancel_url = approval.return_url;
        approval.notify_url = request.notify_url;
        const auto opened = till_.open(context, "approval/" + request.idempotency_key, approval);
        if (!opened) return could_not_write(opened.error());
        if (opened->state == "done") {
            // Asked again after the customer said yes: the money has moved by then.
            const auto paid = till_.find_by_reference(context, request.reference);
            if (!paid) return could_not_write(paid.error());
            if (*paid) return recalled(**paid);
        }
        return PaymentOutcome::requires_action("", page_of(*opened));
    }
    Payment payment;
    payment.reference = request.reference;
    payment.amount = request.amount;
    payment.code = decline_code(behaviour);
    payment.status = !payment.code.empty() ? "failed" : behaviour == Behaviour::slow ? "pending" : "succeeded";
    const auto recorded = till_.record(context, "charge/" + request.idempotency_key, payment);
    if (!recorded) return could_not_write(recorded.error());
    const auto& [done, first_time] = *recorded;
    if (!first_time) return recalled(done);
    if (behaviour == Behaviour::silent) return PaymentOutcome::unknown("no_answer", "Testpay did not answer in time.");
    if (behaviour == Behaviour::disputed) dispute_later(context, request.notify_url, done);
    if (behaviour == Behaviour::slow) {
        Message message;
        message.event.type = PaymentEventType::payment_succeeded;
        message.event.reference = done.reference;
        message.event.payment_id = done.id;
        message.event.amount = done.amount;
        message.marks = "succeeded";
        messenger_.bring_later(context, request.notify_url, message, slow_);
    }
    return recalled(done);
}

sdk::Result<PaymentOutcome> Outcomes::refund(const sdk::CallContext& context, const sdk::RefundRequest& request) {
    const auto payment = till_.find_payment(context, request.payment_id);
    if (!payment) return could_not_write(payment.error());
    if (!*payment) return PaymentOutcome::rejected("no_such_payment", "Testpay knows no such payment.");
    if ((*payment)->amount.currency != request.amount.currency || request.amount.minor <= 0)
        return PaymentOutcome::rejected("amount",
                                        "The payment was made in another currency, or the amount is not positive.");
    const auto refund =
        till_.refund(context, "refund/" + request.idempotency_key, request.payment_id, request.amount.minor);
    if (!refund) return could_not_write(refund.error());
    if (!*refund) return PaymentOutcome::rejected("too_much", "Less than that is left of the payment.");
    const auto& [id, first_time] = **refund;
    const auto outcome = PaymentOutcome::pending(id, "The refund is on its way.");
    if (!first_time) return outcome;
    Message message;
    message.event.type = PaymentEventType::refund_succeeded;
    message.event.reference = (*payment)->reference;
    message.event.payment_id = request.payment_id;
    message.event.refund_id = id;
    message.event.amount = request.amount;
    messenger_.bring_later(context, "", message, slow_);
    return outcome;
}

}  // namespace whatsflow::testpay
