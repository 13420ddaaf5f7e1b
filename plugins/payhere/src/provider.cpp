#include "provider.hpp"

namespace whatsflow::payhere {

using sdk::PaymentCapability;

Provider::Provider(FormSettings forms, bool live, PayHereApi& api, Attempts& attempts, const sdk::Clock& clock)
    : forms_(std::move(forms)), live_(live), api_(api), attempts_(attempts), clock_(clock) {}

sdk::Result<sdk::PaymentProviderInfo> Provider::describe() const {
    sdk::PaymentProviderInfo info;
    info.name = "PayHere";
    info.live = live_;
    info.capabilities = {PaymentCapability::hosted_checkout, PaymentCapability::checkout_via_form_post,
                         PaymentCapability::signed_webhooks, PaymentCapability::chargebacks};
    // An account without an API key can take single payments, and no more.
    if (api_.has_app())
        for (const auto capability : {PaymentCapability::setup_without_payment, PaymentCapability::charge_saved_method,
                                      PaymentCapability::provider_subscriptions, PaymentCapability::cancel_immediate,
                                      PaymentCapability::retry_renewal, PaymentCapability::list_subscription_payments,
                                      PaymentCapability::provider_dunning, PaymentCapability::refund_full,
                                      PaymentCapability::refund_partial, PaymentCapability::lookup_by_reference})
            info.capabilities.add(capability);
    info.limits.currencies = currency_limits(forms_);
    if (forms_.merchant.id.empty()) info.missing_settings.emplace_back("merchant_id");
    if (forms_.merchant.secret.empty()) info.missing_settings.emplace_back("merchant_secret");
    return info;
}

sdk::Result<void> Provider::health(const sdk::CallContext& context) {
    if (!forms_.merchant.complete())
        return sdk::fail("payment.rejected", "PayHere needs merchant_id and merchant_secret in the settings.");
    return api_.has_app() ? api_.try_credentials(context) : sdk::ok();
}

sdk::Result<std::string> Provider::test_connection(const sdk::CallContext& context) {
    if (const auto healthy = health(context); !healthy) return healthy.error();
    if (!api_.has_app())
        return std::string(
            "Without app_id and app_secret there is nothing to try: single payments work, renewals and refunds do "
            "not.");
    return std::string("PayHere takes app_id and app_secret, in ") + (live_ ? "live" : "sandbox") +
           " mode. Whether merchant_id and merchant_secret are right shows at the first payment.";
}

sdk::Result<sdk::CheckoutPage> Provider::create_checkout(const sdk::CallContext&, const sdk::CheckoutRequest& request) {
    return payment_form(forms_, request);
}

sdk::Result<sdk::CheckoutPage> Provider::create_setup(const sdk::CallContext&, const sdk::CheckoutRequest& request) {
    return keep_card_form(forms_, request);
}

sdk::Result<sdk::VerifiedNotice> Provider::verify_notice(const sdk::PaymentNotice& notice) const {
    return verify(forms_.merchant, notice);
}

sdk::Result<std::vector<sdk::PaymentEvent>> Provider::read_notice(const sdk::PaymentNotice& notice) const {
    return read(forms_.merchant, notice);
}

sdk::Result<sdk::PaymentRecord> Provider::lookup(const sdk::CallContext& context, const sdk::PaymentLookup& what) {
    if (what.reference.empty())
        return sdk::fail("payment.rejected", "PayHere finds payments by our reference, not by its own id.");
    const auto records = api_.payments_of_order(context, what.reference);
    if (!records) return records.error();
    sdk::PaymentRecord best;
    for (const auto& record : *records)
        if (best.payment_id.empty() ||
            (best.status != sdk::PaymentStatus::succeeded && record.status == sdk::PaymentStatus::succeeded))
            best = record;
    if (!best.payment_id.empty() && best.reference.empty()) best.reference = what.reference;
    return best;
}

}  // namespace whatsflow::payhere
