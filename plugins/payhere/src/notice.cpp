#include "notice.hpp"

#include "amounts.hpp"
#include "digests.hpp"
#include "notice_fields.hpp"

#include <algorithm>
#include <array>

namespace whatsflow::payhere {
namespace {

sdk::Error refuse(const char* why) {
    return sdk::fail("payment.notice_refused", std::string("The notice ") + why);
}

bool is_plain_id(std::string_view text, std::size_t most) {
    return text.size() <= most && std::ranges::all_of(text, [](unsigned char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
                      c == '-' || c == '.';
           });
}

/// Orders may be somebody else's, made by another shop of this merchant: any visible text.
bool is_visible(std::string_view text, std::size_t most) {
    return !text.empty() && text.size() <= most &&
           std::ranges::all_of(text, [](unsigned char c) { return c >= 0x20 && c != 0x7f; });
}

/// PayHere's word for it, for lists. What it calls the message is not signed, so only words
/// that we know are repeated.
std::string type_of(const SignedNotice& notice) {
    constexpr std::array<std::string_view, 6> kMessages{
        "AUTHORIZATION_SUCCESS",        "AUTHORIZATION_FAILED", "RECURRING_INSTALLMENT_SUCCESS",
        "RECURRING_INSTALLMENT_FAILED", "RECURRING_STOPPED",    "RECURRING_COMPLETE"};
    const auto message = notice.field("message_type");
    if (std::ranges::find(kMessages, message) != kMessages.end()) return message;
    if (notice.status == "2") return notice.field("customer_token").empty() ? "success" : "preapproval";
    if (notice.status == "0") return "pending";
    if (notice.status == "-1") return "canceled";
    if (notice.status == "-2") return "failed";
    if (notice.status == "-3") return "chargedback";
    if (notice.status == "3") return "authorized";
    return "unknown";
}

/// What tells two notices apart beside the payment: everything that changes what they mean.
std::string identity_of(const SignedNotice& notice) {
    std::string all = notice.order_id;
    for (const auto* name : {"status_code", "message_type", "item_rec_install_paid", "item_rec_status",
                             "subscription_id", "payhere_amount", "payhere_currency"})
        all += "\n" + notice.field(name);
    const auto payment = notice.field("payment_id");
    return (payment.empty() ? std::string("none") : payment) + "/" + notice.status + "/" + short_digest(all);
}

}  // namespace

sdk::Result<SignedNotice> prove(const Merchant& merchant, const sdk::PaymentNotice& notice) {
    if (!merchant.complete())
        return refuse("cannot be checked: merchant_id or merchant_secret is missing in the settings.");
    auto form = read_notice_form(notice.body);
    if (!form) return form.error();
    SignedNotice result;
    result.fields = std::move(*form);
    result.order_id = result.field("order_id");
    result.amount = result.field("payhere_amount");
    result.currency = result.field("payhere_currency");
    result.status = result.field("status_code");
    if (result.field("merchant_id") != merchant.id) return refuse("is for another merchant.");
    // Before the digest is made: see amounts.hpp.
    if (!is_known_currency(result.currency) || !is_plain_amount(result.amount))
        return refuse("has an amount that PayHere does not send.");
    if (result.status.empty() || result.status.size() > 2 || !is_plain_id(result.status, 2))
        return refuse("has no status.");
    const auto expected = notice_signature(merchant, result.order_id, result.amount, result.currency, result.status);
    if (!same_hex(expected, result.field("md5sig"))) return refuse("has a wrong signature.");
    if (!is_visible(result.order_id, 100) || !is_plain_id(result.field("payment_id"), 40) ||
        !is_plain_id(result.field("subscription_id"), 40))
        return refuse("names something that cannot be an id.");
    result.event_id = identity_of(result);
    result.type = type_of(result);
    return result;
}

sdk::Result<sdk::VerifiedNotice> verify(const Merchant& merchant, const sdk::PaymentNotice& notice) {
    const auto proven = prove(merchant, notice);
    if (!proven) return proven.error();
    return sdk::VerifiedNotice{sdk::NoticeTrust::partially_signed, proven->event_id, proven->type};
}

sdk::Result<std::vector<sdk::PaymentEvent>> read(const Merchant& merchant, const sdk::PaymentNotice& notice) {
    const auto proven = prove(merchant, notice);
    if (!proven) return proven.error();
    return events_of(*proven, notice.received_at);
}

}  // namespace whatsflow::payhere
