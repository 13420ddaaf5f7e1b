#include "provider.hpp"

#include <algorithm>

namespace acme {
namespace {

using sdk::PaymentCapability;

const std::vector<sdk::CurrencyLimit>& currencies() {
    static const auto* list = new std::vector<sdk::CurrencyLimit>{
        {"USD", 50, 99'999'999}, {"EUR", 50, 99'999'999}, {"LKR", 10'000, 500'000'000}};
    return *list;
}

/// Nothing, or why Acme would not take this amount.
std::optional<sdk::Error> refuse_amount(const sdk::Money& amount) {
    const auto found = std::ranges::find(currencies(), amount.currency, &sdk::CurrencyLimit::currency);
    if (found == currencies().end()) return sdk::fail("payment.rejected", "Acme Pay does not take this currency.");
    if (amount.minor < found->minimum || amount.minor > found->maximum.value_or(amount.minor))
        return sdk::fail("payment.rejected", "Acme Pay takes payments from " +
                                                 sdk::Money{found->minimum, amount.currency}.decimal() + " " +
                                                 amount.currency + ".");
    return std::nullopt;
}

sdk::PaymentStatus status_of(const std::string& text) {
    if (text == "paid") return sdk::PaymentStatus::succeeded;
    if (text == "failed") return sdk::PaymentStatus::failed;
    if (text == "refunded") return sdk::PaymentStatus::refunded;
    return sdk::PaymentStatus::pending;
}

}  // namespace

Provider::Provider(AcmeApi api, NoticeRules rules, bool has_key)
    : api_(std::move(api)), rules_(std::move(rules)), has_key_(has_key) {}

sdk::Result<sdk::PaymentProviderInfo> Provider::describe() const {
    sdk::PaymentProviderInfo info;
    info.name = "Acme Pay";
    info.live = rules_.live;
    info.capabilities = {PaymentCapability::hosted_checkout,     PaymentCapability::checkout_via_redirect_url,
                         PaymentCapability::native_idempotency,  PaymentCapability::refund_full,
                         PaymentCapability::refund_partial,      PaymentCapability::refund_by_webhook,
                         PaymentCapability::lookup_by_reference, PaymentCapability::signed_webhooks,
                         PaymentCapability::webhook_timestamped, PaymentCapability::webhook_full_body_signed};
    info.limits.currencies = currencies();
    info.limits.reference_max_length = 40;
    info.limits.refund_window = std::chrono::hours(24 * 180);
    if (!has_key_) info.missing_settings.emplace_back("api_key");
    if (rules_.secret.empty()) info.missing_settings.emplace_back("webhook_secret");
    return info;
}

sdk::Result<void> Provider::health(const sdk::CallContext& context) {
    const auto answer = api_.get(context, "/account");
    return answer ? sdk::ok() : sdk::Result<void>(answer.error());
}

sdk::Result<sdk::CheckoutPage> Provider::create_checkout(const sdk::CallContext& context,
                                                         const sdk::CheckoutRequest& request) {
    if (auto refused = refuse_amount(request.amount)) return *refused;
    const nlohmann::json body{{"reference", request.reference},      {"amount", request.amount.minor},
                              {"currency", request.amount.currency}, {"description", request.description},
                              {"email", request.customer.email},     {"return_url", request.return_url},
                              {"cancel_url", request.cancel_url},    {"locale", request.locale}};
    const auto answer = api_.post(context, "/sessions", body, request.idempotency_key);
    if (!answer) return answer.error();
    sdk::CheckoutPage page;
    page.session = text_of(*answer, "id");
    page.url = text_of(*answer, "url");
    if (page.session.empty() || !page.url.starts_with("https://"))
        return sdk::fail("payment.transient", "Acme opened no page.");
    return page;
}

sdk::Result<sdk::PaymentRecord> Provider::lookup(const sdk::CallContext& context, const sdk::PaymentLookup& what) {
    const auto path = what.payment_id.empty() ? "/payments?reference=" + sdk::encode_url(what.reference)
                                              : "/payments/" + sdk::encode_url(what.payment_id);
    const auto answer = api_.get(context, path);
    sdk::PaymentRecord record;
    if (!answer && answer.error().code == "payment.not_found") return record;
    if (!answer) return answer.error();
    record.payment_id = text_of(*answer, "payment");
    if (record.payment_id.empty()) return record;
    record.status = status_of(text_of(*answer, "status"));
    record.reference = text_of(*answer, "reference");
    record.amount = money_of(*answer);
    return record;
}

sdk::Result<sdk::VerifiedNotice> Provider::verify_notice(const sdk::PaymentNotice& notice) const {
    return verify(rules_, notice);
}

sdk::Result<std::vector<sdk::PaymentEvent>> Provider::read_notice(const sdk::PaymentNotice& notice) const {
    return read(rules_, notice);
}

sdk::Result<sdk::PaymentOutcome> Provider::refund(const sdk::CallContext& context, const sdk::RefundRequest& request) {
    const nlohmann::json body{{"payment", request.payment_id},
                              {"amount", request.amount.minor},
                              {"currency", request.amount.currency},
                              {"reason", request.reason}};
    const auto answer = api_.post(context, "/refunds", body, request.idempotency_key);
    if (!answer && answer.error().code == "payment.transient")
        return sdk::PaymentOutcome::transient("transient", answer.error().message);
    if (!answer) return sdk::PaymentOutcome::rejected("refused", answer.error().message);
    const auto id = text_of(*answer, "refund");
    if (id.empty()) return sdk::PaymentOutcome::transient("unreadable", "Acme's answer could not be read.");
    return text_of(*answer, "status") == "done" ? sdk::PaymentOutcome::succeeded(id, request.amount)
                                                : sdk::PaymentOutcome::pending(id, "Acme is working on the refund.");
}

}  // namespace acme
