#include "notice.hpp"

#include "events.hpp"
#include "signature.hpp"
#include "stripe_json.hpp"

#include <algorithm>
#include <set>

namespace whatsflow::stripe {
namespace {

constexpr std::size_t kLargestNotice = 1024 * 1024;
constexpr int kDeepestNotice = 64;

sdk::Error refuse(const char* why) {
    return sdk::fail("payment.notice_refused", std::string("The notice ") + why);
}

/// JSON that nests sanely and names nothing at its top twice; else null. Two readers that
/// pick different twins would act on different facts.
nlohmann::json parse_event(const std::string& body) {
    bool sane = true;
    std::set<std::string> top;
    const auto look = [&](int depth, nlohmann::json::parse_event_t event, nlohmann::json& value) {
        if (depth > kDeepestNotice) sane = false;
        if (depth == 1 && event == nlohmann::json::parse_event_t::key)
            sane = top.insert(value.get<std::string>()).second && sane;
        return sane;
    };
    auto json = nlohmann::json::parse(body, look, false);
    return sane ? json : nlohmann::json();
}

/// Stripe's ids and words: letters, digits and the few marks it uses.
bool is_plain_word(const std::string& text, std::size_t most) {
    return !text.empty() && text.size() <= most && std::ranges::all_of(text, [](unsigned char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
               c == '.';
    });
}

/// The event, once it is proven.
sdk::Result<nlohmann::json> prove(const NoticeRules& rules, const sdk::PaymentNotice& notice) {
    if (std::ranges::all_of(rules.secrets, [](const sdk::Secret& secret) { return secret.empty(); }))
        return refuse("cannot be checked: webhook_secrets is empty in the settings.");
    if (notice.body.size() > kLargestNotice) return refuse("is larger than any of Stripe's.");
    if (notice.headers.count("Stripe-Signature") != 1) return refuse("does not carry exactly one Stripe-Signature.");
    const auto header = read_signature_header(*notice.headers.find("Stripe-Signature"));
    if (!header) return refuse("has a signature that cannot be read.");
    if (!is_signed_with_any(rules.secrets, *header, notice.body)) return refuse("has a wrong signature.");
    const auto received = std::chrono::floor<std::chrono::seconds>(notice.received_at).time_since_epoch().count();
    const auto tolerance = rules.tolerance.count();
    if (header->time < received - tolerance) return refuse("was signed too long ago.");
    if (header->time > received + tolerance) return refuse("was signed in the future.");

    auto event = parse_event(notice.body);
    if (!event.is_object()) return refuse("is not an event.");
    if (text_of(at(event, "object")).starts_with("v2."))
        return refuse("is a thin event; point Stripe's endpoint for snapshot events here instead.");
    if (!is_plain_word(text_of(at(event, "id")), 200) || !is_plain_word(text_of(at(event, "type")), 100))
        return refuse("is not an event.");
    return event;
}

}  // namespace

sdk::Result<sdk::VerifiedNotice> verify(const NoticeRules& rules, const sdk::PaymentNotice& notice) {
    const auto event = prove(rules, notice);
    if (!event) return event.error();
    return sdk::VerifiedNotice{sdk::NoticeTrust::fully_signed, text_of(at(*event, "id")), text_of(at(*event, "type"))};
}

sdk::Result<std::vector<sdk::PaymentEvent>> read(const NoticeRules& rules, const sdk::PaymentNotice& notice) {
    const auto event = prove(rules, notice);
    if (!event) return event.error();
    const auto& mode = at(*event, "livemode");
    if (mode.is_boolean() && mode.get<bool>() != rules.live) return std::vector<sdk::PaymentEvent>{};
    return events_of(*event, notice.received_at);
}

}  // namespace whatsflow::stripe
