// The words of the payment vocabulary, and what a provider answers that lacks an operation.
#include <whatsflow/sdk/payment_provider.hpp>

#include <algorithm>
#include <array>

namespace whatsflow::sdk {
namespace {

constexpr std::array<std::string_view, 38> kCapabilities{
    "hosted_checkout",
    "checkout_via_form_post",
    "checkout_via_redirect_url",
    "checkout_expire",
    "setup_without_payment",
    "charge_saved_method",
    "off_session_step_up",
    "native_idempotency",
    "provider_subscriptions",
    "subscription_plan_change",
    "subscription_quantity",
    "provider_proration",
    "provider_trial",
    "provider_coupons",
    "pause_resume",
    "cancel_immediate",
    "cancel_at_period_end",
    "retry_renewal",
    "update_method_in_place",
    "customer_portal",
    "refund_full",
    "refund_partial",
    "refund_by_webhook",
    "authorize_capture",
    "partial_capture",
    "void_authorization",
    "lookup_by_reference",
    "list_subscription_payments",
    "list_events",
    "signed_webhooks",
    "webhook_timestamped",
    "webhook_full_body_signed",
    "chargebacks",
    "dispute_lifecycle",
    "provider_dunning",
    "provider_tax",
    "provider_invoices",
    "test_clock",
};
static_assert(kCapabilities.size() == static_cast<std::size_t>(PaymentCapability::test_clock) + 1);

constexpr std::array<std::string_view, 26> kEvents{
    "checkout.completed",      "checkout.pending",       "checkout.canceled",
    "checkout.expired",        "payment.succeeded",      "payment.failed",
    "payment.action_required", "payment_method.saved",   "payment_method.updated",
    "payment_method.removed",  "subscription.activated", "subscription.renewed",
    "subscription.past_due",   "subscription.canceled",  "subscription.completed",
    "subscription.paused",     "subscription.resumed",   "subscription.trial_ending",
    "refund.pending",          "refund.succeeded",       "refund.failed",
    "authorization.succeeded", "authorization.captured", "authorization.voided",
    "dispute.opened",          "dispute.closed",
};
static_assert(kEvents.size() == static_cast<std::size_t>(PaymentEventType::dispute_closed) + 1);

PaymentOutcome outcome_of(PaymentOutcomeClass outcome, std::string code, std::string message) {
    PaymentOutcome result;
    result.outcome = outcome;
    result.code = std::move(code);
    result.message = std::move(message);
    return result;
}

Error unsupported_error(std::string_view operation) {
    return fail("payment.rejected", "This provider does not offer '" + std::string(operation) + "'.");
}

}  // namespace

std::string_view to_text(PaymentCapability capability) {
    const auto index = static_cast<std::size_t>(capability);
    return index < kCapabilities.size() ? kCapabilities[index] : std::string_view{"unknown"};
}

std::vector<PaymentCapability> PaymentCapabilities::list() const {
    std::vector<PaymentCapability> found;
    for (std::size_t i = 0; i < kCapabilities.size(); ++i)
        if (const auto capability = static_cast<PaymentCapability>(i); has(capability)) found.push_back(capability);
    return found;
}

std::string_view to_text(PaymentEventType type) {
    const auto index = static_cast<std::size_t>(type);
    return index < kEvents.size() ? kEvents[index] : std::string_view{"unknown"};
}

std::optional<PaymentEventType> payment_event_type(std::string_view text) {
    const auto found = std::ranges::find(kEvents, text);
    if (found == kEvents.end()) return std::nullopt;
    return static_cast<PaymentEventType>(found - kEvents.begin());
}

std::string_view to_text(PaymentOutcomeClass outcome) {
    static constexpr std::string_view kNames[] = {"succeeded", "pending",   "requires_action", "declined",
                                                  "rejected",  "transient", "unknown"};
    return kNames[static_cast<std::size_t>(outcome)];
}

PaymentOutcome PaymentOutcome::succeeded(std::string id, Money amount) {
    auto result = outcome_of(PaymentOutcomeClass::succeeded, {}, {});
    result.id = std::move(id);
    result.amount = std::move(amount);
    return result;
}

PaymentOutcome PaymentOutcome::pending(std::string id, std::string message) {
    auto result = outcome_of(PaymentOutcomeClass::pending, {}, std::move(message));
    result.id = std::move(id);
    return result;
}

PaymentOutcome PaymentOutcome::requires_action(std::string id, CheckoutPage page) {
    auto result = outcome_of(PaymentOutcomeClass::requires_action, {}, "The customer has to confirm the payment.");
    result.id = std::move(id);
    result.page = std::move(page);
    return result;
}

PaymentOutcome PaymentOutcome::declined(Decline decline, std::string code, std::string message) {
    auto result = outcome_of(PaymentOutcomeClass::declined, std::move(code), std::move(message));
    result.decline = decline;
    return result;
}

PaymentOutcome PaymentOutcome::rejected(std::string code, std::string message) {
    return outcome_of(PaymentOutcomeClass::rejected, std::move(code), std::move(message));
}

PaymentOutcome PaymentOutcome::transient(std::string code, std::string message,
                                         std::optional<Milliseconds> retry_after) {
    auto result = outcome_of(PaymentOutcomeClass::transient, std::move(code), std::move(message));
    result.retry_after = retry_after;
    return result;
}

PaymentOutcome PaymentOutcome::unknown(std::string code, std::string message) {
    return outcome_of(PaymentOutcomeClass::unknown, std::move(code), std::move(message));
}

PaymentOutcome PaymentOutcome::unsupported(std::string_view operation) {
    return rejected("unsupported", unsupported_error(operation).message);
}

Result<PaymentConfirmation> PaymentProvider::confirm(const CallContext&, const PaymentEvent& event) {
    PaymentConfirmation confirmation;
    confirmation.event = event;
    if (event.trust == NoticeTrust::fully_signed) {
        confirmation.verdict = PaymentConfirmation::Verdict::confirmed;
        return confirmation;
    }
    return fail("payment.rejected", "This provider signs its notices only in part and cannot confirm them.");
}

Result<CheckoutPage> PaymentProvider::create_setup(const CallContext&, const CheckoutRequest&) {
    return unsupported_error("create_setup");
}
Result<PaymentOutcome> PaymentProvider::expire_checkout(const CallContext&, const std::string&) {
    return PaymentOutcome::unsupported("expire_checkout");
}
Result<PaymentOutcome> PaymentProvider::charge(const CallContext&, const ChargeRequest&) {
    return PaymentOutcome::unsupported("charge");
}
Result<PaymentOutcome> PaymentProvider::authorize(const CallContext&, const ChargeRequest&) {
    return PaymentOutcome::unsupported("authorize");
}
Result<PaymentOutcome> PaymentProvider::capture(const CallContext&, const CaptureRequest&) {
    return PaymentOutcome::unsupported("capture");
}
Result<PaymentOutcome> PaymentProvider::void_authorization(const CallContext&, const CaptureRequest&) {
    return PaymentOutcome::unsupported("void_authorization");
}
Result<PaymentOutcome> PaymentProvider::refund(const CallContext&, const RefundRequest&) {
    return PaymentOutcome::unsupported("refund");
}
Result<PaymentOutcome> PaymentProvider::cancel_subscription(const CallContext&, const std::string&) {
    return PaymentOutcome::unsupported("cancel_subscription");
}
Result<PaymentOutcome> PaymentProvider::retry_subscription(const CallContext&, const std::string&) {
    return PaymentOutcome::unsupported("retry_subscription");
}
Result<std::vector<PaymentRecord>> PaymentProvider::list_payments(const CallContext&, const std::string&) {
    return unsupported_error("list_payments");
}
Result<std::string> PaymentProvider::portal_url(const CallContext&, const std::string&, const std::string&) {
    return unsupported_error("portal_url");
}

}  // namespace whatsflow::sdk
