#include "provider.hpp"

#include "stripe_json.hpp"

#include <whatsflow/sdk/http.hpp>

#include <algorithm>

namespace whatsflow::stripe {

using sdk::PaymentCapability;

Provider::Provider(StripeApi api, ProviderSettings settings) : api_(std::move(api)), settings_(std::move(settings)) {}

sdk::Result<sdk::PaymentProviderInfo> Provider::describe() const {
    sdk::PaymentProviderInfo info;
    info.name = "Stripe";
    info.live = settings_.notices.live;
    info.capabilities = {PaymentCapability::hosted_checkout,
                         PaymentCapability::checkout_via_redirect_url,
                         PaymentCapability::checkout_expire,
                         PaymentCapability::setup_without_payment,
                         PaymentCapability::charge_saved_method,
                         PaymentCapability::off_session_step_up,
                         PaymentCapability::native_idempotency,
                         PaymentCapability::customer_portal,
                         PaymentCapability::refund_full,
                         PaymentCapability::refund_partial,
                         PaymentCapability::refund_by_webhook,
                         PaymentCapability::lookup_by_reference,
                         PaymentCapability::signed_webhooks,
                         PaymentCapability::webhook_timestamped,
                         PaymentCapability::webhook_full_body_signed,
                         PaymentCapability::chargebacks,
                         PaymentCapability::dispute_lifecycle};
    info.limits.currencies = currency_limits();
    info.limits.reference_max_length = 200;
    if (!api_.has_key()) info.missing_settings.emplace_back("secret_key");
    if (std::ranges::all_of(settings_.notices.secrets, [](const auto& secret) { return secret.empty(); }))
        info.missing_settings.emplace_back("webhook_secrets");
    return info;
}

sdk::Result<void> Provider::health(const sdk::CallContext& context) {
    const auto balance = api_.get(context, "/balance");
    if (!balance) {
        auto error = balance.failure().as_error();
        if (error.code != "payment.transient") error.code = "payment.rejected";
        return error;
    }
    const auto& live = at(*balance, "livemode");
    if (live.is_boolean() && live.get<bool>() != settings_.notices.live)
        return sdk::fail("payment.rejected", live.get<bool>() ? "The secret_key moves real money, but mode says test."
                                                              : "The secret_key is one for tests, but mode says live.");
    return sdk::ok();
}

sdk::Result<std::string> Provider::test_connection(const sdk::CallContext& context) {
    if (const auto healthy = health(context); !healthy) return healthy.error();
    const auto missing = describe()->missing_settings;
    if (!missing.empty())
        return sdk::fail("payment.rejected",
                         "Stripe takes the secret_key, but without webhook_secrets none of its notices counts.");
    return std::string("Stripe takes the secret_key, in ") + (settings_.notices.live ? "live" : "test") + " mode.";
}

sdk::Result<sdk::VerifiedNotice> Provider::verify_notice(const sdk::PaymentNotice& notice) const {
    return verify(settings_.notices, notice);
}

sdk::Result<std::vector<sdk::PaymentEvent>> Provider::read_notice(const sdk::PaymentNotice& notice) const {
    return read(settings_.notices, notice);
}

sdk::Result<std::string> Provider::portal_url(const sdk::CallContext& context, const std::string& customer_id,
                                              const std::string& return_url) {
    FormBody body;
    body.add("customer", customer_id).add("return_url", return_url);
    const auto session = api_.post(context, "/billing_portal/sessions", body, "");
    if (!session) return session.failure().as_error();
    auto url = text_of(at(*session, "url"), 4000);
    if (!api_.is_page_address(url)) return sdk::fail("payment.transient", "Stripe opened no page.");
    return url;
}

}  // namespace whatsflow::stripe
