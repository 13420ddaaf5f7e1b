// Money taken from a kept card and given back, and the renewals that PayHere runs.
#include "amounts.hpp"
#include "provider.hpp"

namespace whatsflow::payhere {
namespace {

using Kind = Answer::Kind;
using sdk::PaymentOutcome;
using sdk::PaymentOutcomeClass;

/// The amount as a JSON number: PayHere does not take a text here.
nlohmann::json json_amount(const sdk::Money& amount) {
    return nlohmann::json::parse(amount.decimal());
}

PaymentOutcome outcome_of(const Answer& answer) {
    if (answer.kind == Kind::transient) return PaymentOutcome::transient(answer.code, answer.message);
    if (answer.kind == Kind::refused || answer.kind == Kind::stale_token)
        return PaymentOutcome::rejected(answer.code, answer.message);
    return PaymentOutcome::unknown(answer.code, answer.message);
}

PaymentOutcome outcome_of_charge(const Answer& answer, const sdk::ChargeRequest& request) {
    // -2 with a token that was just accepted is the bank's no.
    if (answer.kind == Kind::refused && answer.code == "status_-2")
        return PaymentOutcome::declined(sdk::Decline::soft, "declined", answer.message);
    if (answer.kind != Kind::succeeded) return outcome_of(answer);
    const auto status = text_of(at(answer.data, "status_code"), 4);
    const auto id = text_of(at(answer.data, "payment_id"), 40);
    auto message = text_of(at(answer.data, "status_message"));
    if (message.empty()) message = "PayHere gave no reason.";
    if (status == "0") return PaymentOutcome::pending(id, message);
    if (status == "-1" || status == "-2") {
        auto outcome = PaymentOutcome::declined(sdk::Decline::soft, "status_" + status, message);
        outcome.id = id;
        return outcome;
    }
    const auto order = text_of(at(answer.data, "order_id"), 100);
    const auto currency = text_of(at(answer.data, "currency"), 3);
    const auto amount = amount_of(at(answer.data, "amount"), currency.empty() ? request.amount.currency : currency);
    // An answer about something else, or about another amount, is none.
    if (status != "2" || id.empty() || (!order.empty() && order != request.reference) ||
        (amount && *amount != request.amount))
        return PaymentOutcome::unknown("unreadable", "PayHere's answer does not fit what it was asked.");
    return PaymentOutcome::succeeded(id, request.amount);
}

}  // namespace

sdk::Result<PaymentOutcome> Provider::charge(const sdk::CallContext& context, const sdk::ChargeRequest& request) {
    if (const auto refused = refuse_amount(forms_, request.amount))
        return PaymentOutcome::rejected("amount", refused->message);
    const auto operation = "charge/" + request.idempotency_key;
    auto outcome = attempts_.once(context, operation, request.amount, [&] { return send_charge(context, request); });
    if (!outcome.is(PaymentOutcomeClass::unknown)) return outcome;
    // It may have worked: PayHere lists what did.
    const auto found = lookup(context, {request.reference, ""});
    if (!found || found->payment_id.empty() || found->amount != request.amount) return outcome;
    outcome = PaymentOutcome::succeeded(found->payment_id, request.amount);
    attempts_.settle(context, operation, outcome);
    return outcome;
}

PaymentOutcome Provider::send_charge(const sdk::CallContext& context, const sdk::ChargeRequest& request) {
    auto items = plain_text(request.description, 200);
    nlohmann::json body{{"type", "PAYMENT"},
                        {"order_id", request.reference},
                        {"items", items.empty() ? "Payment" : items},
                        {"currency", request.amount.currency},
                        {"amount", json_amount(request.amount)},
                        {"customer_token", request.method.token.reveal()}};
    if (!request.notify_url.empty()) body["notify_url"] = request.notify_url;
    return outcome_of_charge(api_.post(context, "payment/charge", body), request);
}

sdk::Result<PaymentOutcome> Provider::refund(const sdk::CallContext& context, const sdk::RefundRequest& request) {
    return attempts_.once(context, "refund/" + request.idempotency_key, request.amount,
                          [&] { return send_refund(context, request); });
}

PaymentOutcome Provider::send_refund(const sdk::CallContext& context, const sdk::RefundRequest& request) {
    auto reason = plain_text(request.reason, 200);
    const auto answer = api_.post(context, "payment/refund",
                                  {{"payment_id", request.payment_id},
                                   {"description", reason.empty() ? "Refund" : reason},
                                   {"amount", json_amount(request.amount)}});
    if (answer.kind != Kind::succeeded) return outcome_of(answer);
    const auto number = text_of(answer.data, 40);
    // No notice will come: whoever wants to know when it is done asks lookup().
    return PaymentOutcome::pending(number.empty() ? request.payment_id : number, "PayHere is working on the refund.");
}

sdk::Result<PaymentOutcome> Provider::cancel_subscription(const sdk::CallContext& context,
                                                          const std::string& subscription_id) {
    PaymentOutcome done;
    done.outcome = PaymentOutcomeClass::succeeded;
    done.id = subscription_id;
    const auto answer = api_.post(context, "subscription/cancel", {{"subscription_id", subscription_id}});
    if (answer.kind == Kind::succeeded) return done;
    if (answer.kind == Kind::transient) return outcome_of(answer);
    // Cancelled before, or just now without saying so: its state tells.
    const auto status = api_.status_of_subscription(context, subscription_id);
    if (status && !status->empty() && *status != "ACTIVE") return done;
    return outcome_of(answer);
}

sdk::Result<PaymentOutcome> Provider::retry_subscription(const sdk::CallContext& context,
                                                         const std::string& subscription_id) {
    const auto answer = api_.post(context, "subscription/retry", {{"subscription_id", subscription_id}});
    if (answer.kind != Kind::succeeded) return outcome_of(answer);
    return PaymentOutcome::pending(subscription_id, "PayHere tries the payment again and will tell.");
}

sdk::Result<std::vector<sdk::PaymentRecord>> Provider::list_payments(const sdk::CallContext& context,
                                                                     const std::string& subscription_id) {
    return api_.payments_of_subscription(context, subscription_id);
}

}  // namespace whatsflow::payhere
