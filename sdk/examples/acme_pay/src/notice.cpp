#include "notice.hpp"

#include "acme_api.hpp"
#include "signature.hpp"

#include <algorithm>
#include <charconv>
#include <map>

namespace acme {
namespace {

sdk::Error refuse(const char* why) {
    return sdk::fail("payment.notice_refused", std::string("Acme's notice ") + why);
}

struct Signature {
    std::string_view timestamp;
    std::string_view digest;
};

/// Splits `t=…,v1=…`; unknown parts are for the future.
Signature read_signature(std::string_view header) {
    Signature signature;
    while (!header.empty()) {
        const auto part = header.substr(0, header.find(','));
        header.remove_prefix(std::min(header.size(), part.size() + 1));
        if (part.starts_with("t=")) signature.timestamp = part.substr(2);
        if (part.starts_with("v1=")) signature.digest = part.substr(3);
    }
    return signature;
}

/// The body, once it is proven.
sdk::Result<nlohmann::json> prove(const NoticeRules& rules, const sdk::PaymentNotice& notice) {
    if (rules.secret.empty()) return refuse("cannot be checked: there is no webhook_secret in the settings.");
    if (notice.headers.count("Acme-Signature") != 1) return refuse("does not carry exactly one signature.");
    const auto signature = read_signature(*notice.headers.find("Acme-Signature"));
    if (!same_text(sign(rules.secret.reveal(), signature.timestamp, notice.body), signature.digest))
        return refuse("has a wrong signature.");

    std::int64_t seconds = 0;
    const auto* end = signature.timestamp.data() + signature.timestamp.size();
    if (std::from_chars(signature.timestamp.data(), end, seconds).ptr != end || signature.timestamp.empty())
        return refuse("does not say when it was signed.");
    const auto received = std::chrono::floor<std::chrono::seconds>(notice.received_at).time_since_epoch().count();
    if (seconds < received - rules.tolerance.count() || seconds > received + rules.tolerance.count())
        return refuse("is stale.");

    auto json = nlohmann::json::parse(notice.body, nullptr, false);
    if (!json.is_object() || text_of(json, "id").empty() || text_of(json, "id").size() > 100)
        return refuse("is not an event.");
    if (!json.contains("live") || json["live"] != rules.live) return refuse("belongs to the other mode.");
    return json;
}

const std::map<std::string, sdk::PaymentEventType>& known_types() {
    using sdk::PaymentEventType;
    static const auto* types = new std::map<std::string, PaymentEventType>{
        {"payment.paid", PaymentEventType::payment_succeeded},   {"payment.failed", PaymentEventType::payment_failed},
        {"session.expired", PaymentEventType::checkout_expired}, {"refund.done", PaymentEventType::refund_succeeded},
        {"refund.failed", PaymentEventType::refund_failed},
    };
    return *types;
}

}  // namespace

sdk::Result<sdk::VerifiedNotice> verify(const NoticeRules& rules, const sdk::PaymentNotice& notice) {
    const auto json = prove(rules, notice);
    if (!json) return json.error();
    return sdk::VerifiedNotice{sdk::NoticeTrust::fully_signed, text_of(*json, "id"), text_of(*json, "type")};
}

sdk::Result<std::vector<sdk::PaymentEvent>> read(const NoticeRules& rules, const sdk::PaymentNotice& notice) {
    const auto json = prove(rules, notice);
    if (!json) return json.error();
    const auto type = known_types().find(text_of(*json, "type"));
    if (type == known_types().end()) return std::vector<sdk::PaymentEvent>{};

    const auto object = json->value("object", nlohmann::json::object());
    sdk::PaymentEvent event;
    event.type = type->second;
    event.trust = sdk::NoticeTrust::fully_signed;
    event.event_id = text_of(*json, "id");
    event.provider_type = type->first;
    event.occurred_at = json->contains("created") && (*json)["created"].is_number_integer()
                            ? sdk::from_micros((*json)["created"].get<std::int64_t>() * 1'000'000)
                            : notice.received_at;
    event.reference = text_of(object, "reference");
    event.payment_id = text_of(object, "payment");
    event.refund_id = text_of(object, "refund");
    event.amount = money_of(object);
    event.code = text_of(object, "code");
    if (event.type == sdk::PaymentEventType::payment_failed)
        event.decline = event.code == "card_stolen" ? sdk::Decline::hard : sdk::Decline::soft;
    return std::vector<sdk::PaymentEvent>{std::move(event)};
}

}  // namespace acme
