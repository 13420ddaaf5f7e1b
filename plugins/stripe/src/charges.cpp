// Money taken from a saved method, given back, and looked up.
#include "declines.hpp"
#include "events.hpp"
#include "provider.hpp"
#include "stripe_json.hpp"

#include <algorithm>

namespace whatsflow::stripe {
namespace {

using sdk::PaymentOutcome;
using sdk::PaymentStatus;

PaymentOutcome page_for_the_customer(const std::string& id, const nlohmann::json& payment_intent) {
    sdk::CheckoutPage page;
    page.url = text_of(at(payment_intent, {"next_action", "redirect_to_url", "url"}), 4000);
    return PaymentOutcome::requires_action(id, page);
}

}  // namespace

PaymentOutcome outcome_of(const nlohmann::json& payment_intent) {
    const auto id = id_of(payment_intent);
    const auto status = text_of(at(payment_intent, "status"));
    const auto amount = money_of(at(payment_intent, "amount"), at(payment_intent, "currency"));
    if (id.empty() || status.empty())
        return PaymentOutcome::transient("unreadable", "Stripe's answer could not be read.");
    if (status == "succeeded") {
        const auto received = money_of(at(payment_intent, "amount_received"), at(payment_intent, "currency"));
        const auto moved = received ? received : amount;
        if (moved) return PaymentOutcome::succeeded(id, *moved);
        return PaymentOutcome::unknown("unreadable", "Stripe does not say how much was paid.");
    }
    if (status == "processing" || status == "requires_capture")
        return PaymentOutcome::pending(id, "The bank is working on the payment.");
    if (status == "requires_action") return page_for_the_customer(id, payment_intent);
    const auto refusal = refusal_of(at(payment_intent, "last_payment_error"));
    auto outcome =
        PaymentOutcome::declined(refusal.decline, status == "canceled" ? "canceled" : refusal.code, refusal.message);
    outcome.id = id;
    return outcome;
}

sdk::Result<PaymentOutcome> Provider::charge(const sdk::CallContext& context, const sdk::ChargeRequest& request) {
    if (const auto refused = refuse_amount(request.amount)) return PaymentOutcome::rejected("amount", refused->message);
    FormBody body;
    body.add("amount", request.amount.minor).add("currency", stripe_currency(request.amount));
    body.add_known("customer", request.method.customer);
    body.add("payment_method", request.method.token.reveal());
    if (request.method.kind.empty() || request.method.kind == "card") {
        body.add("payment_method_types[0]", "card");
    } else {
        body.add("automatic_payment_methods[enabled]", "true");
        body.add("automatic_payment_methods[allow_redirects]", "never");
    }
    body.add("off_session", "true").add("confirm", "true");
    body.add("metadata[reference]", request.reference);
    body.add_known("description", request.description);
    const auto answer = api_.post(context, "/payment_intents", body, "charge-" + request.idempotency_key);
    if (answer) {
        auto outcome = outcome_of(*answer);
        if (outcome.is(sdk::PaymentOutcomeClass::requires_action) && !api_.is_page_address(outcome.page->url))
            return PaymentOutcome::unknown("no_page", "Stripe wants the customer, but names no page.");
        return outcome;
    }
    const auto& failure = answer.failure();
    if (failure.kind == ApiFailure::Kind::declined && wants_the_customer(failure.error))
        return ask_the_customer(context, request, failure);
    return failure.as_outcome();
}

PaymentOutcome Provider::ask_the_customer(const sdk::CallContext& context, const sdk::ChargeRequest& request,
                                          const ApiFailure& refusal) {
    const auto id = id_of(at(refusal.error, "payment_intent"));
    auto declined = refusal.as_outcome();
    if (id.empty()) return declined;
    FormBody body;
    body.add("payment_method", request.method.token.reveal());
    body.add("return_url", settings_.return_url());
    const auto answer = api_.post(context, "/payment_intents/" + sdk::encode_url(id) + "/confirm", body,
                                  "step-up-" + request.idempotency_key);
    // Nothing was paid either way, so a page that cannot be had is a refusal, not a doubt. The
    // exception: this very call may have been the one that paid.
    if (!answer) {
        const auto kind = answer.failure().kind;
        return kind == ApiFailure::Kind::transient || kind == ApiFailure::Kind::unknown ? answer.failure().as_outcome()
                                                                                        : declined;
    }
    auto outcome = outcome_of(*answer);
    if (outcome.is(sdk::PaymentOutcomeClass::requires_action) && !api_.is_page_address(outcome.page->url))
        return declined;
    return outcome;
}

sdk::Result<PaymentOutcome> Provider::refund(const sdk::CallContext& context, const sdk::RefundRequest& request) {
    FormBody body;
    body.add(request.payment_id.starts_with("ch_") ? "charge" : "payment_intent", request.payment_id);
    body.add("amount", request.amount.minor);
    body.add_known("metadata[reason]", request.reason.substr(0, 400));
    const auto answer = api_.post(context, "/refunds", body, "refund-" + request.idempotency_key);
    if (!answer) return answer.failure().as_outcome();
    const auto id = id_of(*answer);
    const auto status = text_of(at(*answer, "status"));
    if (id.empty()) return PaymentOutcome::transient("unreadable", "Stripe's answer could not be read.");
    if (status == "failed" || status == "canceled") {
        auto outcome = PaymentOutcome::rejected(text_of(at(*answer, "failure_reason"), 100),
                                                "The refund did not reach the customer.");
        outcome.id = id;
        return outcome;
    }
    if (status != "succeeded") return PaymentOutcome::pending(id, "The refund is on its way.");
    return PaymentOutcome::succeeded(id,
                                     money_of(at(*answer, "amount"), at(*answer, "currency")).value_or(request.amount));
}

sdk::PaymentRecord record_of(const nlohmann::json& payment_intent) {
    sdk::PaymentRecord record;
    record.payment_id = id_of(payment_intent);
    if (record.payment_id.empty()) return record;
    record.reference = text_of(at(payment_intent, {"metadata", "reference"}), 200);
    record.amount = money_of(at(payment_intent, "amount"), at(payment_intent, "currency"));
    record.created_at = time_of(at(payment_intent, "created")).value_or(sdk::Instant{});
    const auto status = text_of(at(payment_intent, "status"));
    record.status = status == "succeeded"          ? PaymentStatus::succeeded
                    : status == "requires_capture" ? PaymentStatus::authorized
                    : status == "canceled"         ? PaymentStatus::failed
                                                   : PaymentStatus::pending;
    if (status == "requires_action") record.code = status;
    const auto& error = at(payment_intent, "last_payment_error");
    if (status == "requires_payment_method" && error.is_object()) {
        const auto refusal = refusal_of(error);
        record.status = PaymentStatus::failed;
        record.code = refusal.code;
        record.message = refusal.message;
    }
    // Since 2022-11-15 there is one latest charge; before, a list.
    const auto& latest = at(payment_intent, "latest_charge");
    const auto& charge = latest.is_object() ? latest : first_of(at(payment_intent, {"charges", "data"}));
    record.refunded = money_of(at(charge, "amount_refunded"), at(charge, "currency"));
    record.fee = money_of(at(charge, {"balance_transaction", "fee"}), at(charge, {"balance_transaction", "currency"}));
    if (record.status != PaymentStatus::succeeded) return record;
    if (record.refunded && record.refunded->minor > 0)
        record.status = record.amount && record.refunded->minor >= record.amount->minor
                            ? PaymentStatus::refunded
                            : PaymentStatus::partially_refunded;
    if (at(charge, "disputed") == true) record.status = PaymentStatus::disputed;
    return record;
}

sdk::Result<sdk::PaymentRecord> Provider::lookup(const sdk::CallContext& context, const sdk::PaymentLookup& what) {
    if (!what.payment_id.empty()) {
        const auto found = api_.get(context, "/payment_intents/" + sdk::encode_url(what.payment_id) +
                                                 "?expand[0]=latest_charge.balance_transaction");
        if (found) return record_of(*found);
        if (found.failure().kind == ApiFailure::Kind::not_found) return sdk::PaymentRecord{};
        return found.failure().as_error();
    }
    // Our references have no quotes; the search language has no other way to hold one.
    if (what.reference.find_first_of("\"\\") != std::string::npos) return sdk::PaymentRecord{};
    const auto query = "metadata[\"reference\"]:\"" + what.reference + "\"";
    const auto found = api_.get(context, "/payment_intents/search?query=" + sdk::encode_url(query) +
                                             "&expand[0]=data.latest_charge.balance_transaction&limit=20");
    if (!found) return found.failure().as_error();
    const auto& list = at(*found, "data");
    if (!list.is_array()) return sdk::fail("payment.transient", "Stripe's answer could not be read.");
    // A customer may try several times in one checkout: the payment that worked is the answer.
    sdk::PaymentRecord best;
    for (const auto& payment_intent : list) {
        auto record = record_of(payment_intent);
        if (record.payment_id.empty() || record.reference != what.reference) continue;
        const bool better = best.payment_id.empty() || best.status == PaymentStatus::failed ||
                            (best.status == PaymentStatus::pending && record.status != PaymentStatus::failed);
        if (better) best = std::move(record);
    }
    return best;
}

sdk::Result<sdk::PaymentConfirmation> Provider::confirm(const sdk::CallContext& context,
                                                        const sdk::PaymentEvent& event) {
    auto confirmation = sdk::PaymentProvider::confirm(context, event);
    if (!confirmation || !event.method || !event.method->last4.empty() || event.method->token.empty())
        return confirmation;
    const auto found = api_.get(context, "/payment_methods/" + sdk::encode_url(event.method->token.reveal()));
    // It works without: a list then shows a card without its last digits.
    if (!found || id_of(*found) != event.method->token.reveal()) return confirmation;
    confirmation->event.method = method_of(*found, event.method->customer);
    return confirmation;
}

}  // namespace whatsflow::stripe
