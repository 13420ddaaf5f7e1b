#include "provider.hpp"

#include "notice.hpp"

#include <whatsflow/sdk/id.hpp>

#include <algorithm>

namespace whatsflow::testpay {
namespace {

using sdk::PaymentCapability;

const std::vector<sdk::CurrencyLimit>& currency_limits() {
    static const auto* list = [] {
        auto* limits = new std::vector<sdk::CurrencyLimit>;
        for (const char* currency : {"USD", "LKR", "EUR", "GBP", "AUD", "INR", "SGD", "AED", "JPY", "KWD"})
            limits->push_back({currency, 1, 10'000'000'000});
        return limits;
    }();
    return *list;
}

std::optional<sdk::Error> refuse_amount(const sdk::Money& amount) {
    const auto found = std::ranges::find(currency_limits(), amount.currency, &sdk::CurrencyLimit::currency);
    if (found == currency_limits().end()) return sdk::fail("payment.rejected", "Testpay does not take this currency.");
    if (amount.minor < found->minimum || amount.minor > *found->maximum)
        return sdk::fail("payment.rejected", "Testpay does not take this amount.");
    return std::nullopt;
}

}  // namespace

sdk::Result<sdk::PaymentProviderInfo> Provider::describe() const {
    sdk::PaymentProviderInfo info;
    info.name = "Testpay";
    info.capabilities = {PaymentCapability::hosted_checkout,     PaymentCapability::checkout_via_redirect_url,
                         PaymentCapability::checkout_expire,     PaymentCapability::setup_without_payment,
                         PaymentCapability::charge_saved_method, PaymentCapability::off_session_step_up,
                         PaymentCapability::native_idempotency,  PaymentCapability::refund_full,
                         PaymentCapability::refund_partial,      PaymentCapability::refund_by_webhook,
                         PaymentCapability::lookup_by_reference, PaymentCapability::signed_webhooks,
                         PaymentCapability::webhook_timestamped, PaymentCapability::webhook_full_body_signed,
                         PaymentCapability::chargebacks,         PaymentCapability::dispute_lifecycle};
    info.limits.currencies = currency_limits();
    info.limits.reference_max_length = 100;
    return info;
}

sdk::Result<void> Provider::health(const sdk::CallContext&) {
    return sdk::ok();
}

sdk::Result<std::string> Provider::test_connection(const sdk::CallContext&) {
    return std::string("Testpay lives in this server and moves no money.");
}

sdk::Result<sdk::CheckoutPage> Provider::open(const sdk::CallContext& context, const sdk::CheckoutRequest& request,
                                              const char* kind) {
    Checkout checkout;
    checkout.kind = kind;
    checkout.reference = request.reference;
    checkout.amount = request.amount;
    checkout.description = request.description;
    checkout.customer = request.customer.id.empty() ? "tpc_" + sdk::make_uuid() : request.customer.id;
    checkout.keeps_method = request.save_method || checkout.kind == "setup";
    checkout.return_url = request.return_url;
    checkout.cancel_url = request.cancel_url;
    checkout.notify_url = request.notify_url;
    const auto opened = till_.open(context, std::string(kind) + "/" + request.idempotency_key, std::move(checkout));
    if (!opened) return sdk::fail("payment.transient", "Testpay's records cannot be written now.");
    return outcomes_.page_of(*opened);
}

sdk::Result<sdk::CheckoutPage> Provider::create_checkout(const sdk::CallContext& context,
                                                         const sdk::CheckoutRequest& request) {
    if (auto refused = refuse_amount(request.amount)) return *refused;
    return open(context, request, "payment");
}

sdk::Result<sdk::CheckoutPage> Provider::create_setup(const sdk::CallContext& context,
                                                      const sdk::CheckoutRequest& request) {
    return open(context, request, "setup");
}

sdk::Result<sdk::PaymentOutcome> Provider::expire_checkout(const sdk::CallContext& context,
                                                           const std::string& session) {
    for (const char* state : {"open", "challenge"})
        if (const auto moved = till_.move(context, session, state, "expired"); !moved)
            return sdk::PaymentOutcome::transient(moved.error().code, "Testpay's records cannot be written now.");
    const auto checkout = till_.find_checkout(context, session);
    if (!checkout)
        return sdk::PaymentOutcome::transient(checkout.error().code, "Testpay's records cannot be read now.");
    if (!*checkout || (*checkout)->state == "done")
        return sdk::PaymentOutcome::rejected("already_complete",
                                             "The checkout has been completed and cannot be closed.");
    sdk::PaymentOutcome done;
    done.outcome = sdk::PaymentOutcomeClass::succeeded;
    done.id = session;
    return done;
}

sdk::Result<sdk::PaymentRecord> Provider::lookup(const sdk::CallContext& context, const sdk::PaymentLookup& what) {
    const auto found = what.payment_id.empty() ? till_.find_by_reference(context, what.reference)
                                               : till_.find_payment(context, what.payment_id);
    if (!found) return sdk::fail("payment.transient", "Testpay's records cannot be read now.");
    return *found ? (*found)->record() : sdk::PaymentRecord{};
}

sdk::Result<sdk::PaymentOutcome> Provider::charge(const sdk::CallContext& context, const sdk::ChargeRequest& request) {
    if (const auto refused = refuse_amount(request.amount))
        return sdk::PaymentOutcome::rejected("amount", refused->message);
    return outcomes_.charge(context, request);
}

sdk::Result<sdk::PaymentOutcome> Provider::refund(const sdk::CallContext& context, const sdk::RefundRequest& request) {
    return outcomes_.refund(context, request);
}

sdk::Result<sdk::VerifiedNotice> Provider::verify_notice(const sdk::PaymentNotice& notice) const {
    return verify(messenger_.secret(), notice);
}

sdk::Result<std::vector<sdk::PaymentEvent>> Provider::read_notice(const sdk::PaymentNotice& notice) const {
    return read(messenger_.secret(), notice);
}

}  // namespace whatsflow::testpay
