#include "notice.hpp"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace whatsflow::testpay {
namespace {

using nlohmann::json;

constexpr std::int64_t kTolerance = 300;
constexpr std::size_t kLargestNotice = 64 * 1024;

sdk::Error refuse(const char* why) {
    return sdk::fail("payment.notice_refused", std::string("The notice ") + why);
}

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

std::string digest_of(const std::string& secret, std::string_view time, std::string_view body) {
    std::array<unsigned char, crypto_auth_hmacsha256_BYTES> digest{};
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, bytes_of(secret), secret.size());
    crypto_auth_hmacsha256_update(&state, bytes_of(time), time.size());
    crypto_auth_hmacsha256_update(&state, bytes_of("."), 1);
    crypto_auth_hmacsha256_update(&state, bytes_of(body), body.size());
    crypto_auth_hmacsha256_final(&state, digest.data());
    std::string hex(digest.size() * 2 + 1, '\0');
    sodium_bin2hex(hex.data(), hex.size(), digest.data(), digest.size());
    hex.pop_back();
    return hex;
}

std::int64_t seconds_of(sdk::Instant instant) {
    return std::chrono::floor<std::chrono::seconds>(instant).time_since_epoch().count();
}

std::string text_in(const json& object, const char* key) {
    if (!object.is_object()) return {};
    const auto found = object.find(key);
    if (found == object.end() || !found->is_string() || found->get_ref<const std::string&>().size() > 500) return {};
    return found->get<std::string>();
}

std::int64_t number_in(const json& object, const char* key) {
    if (!object.is_object()) return 0;
    const auto found = object.find(key);
    if (found == object.end() || !found->is_number_integer()) return 0;
    if (found->is_number_unsigned() && found->get<std::uint64_t>() > std::uint64_t{INT64_MAX}) return 0;
    return found->get<std::int64_t>();
}

/// The body, once it is proven.
sdk::Result<json> prove(const sdk::Secret& secret, const sdk::PaymentNotice& notice) {
    if (secret.empty()) return refuse("cannot be checked without a secret.");
    if (notice.body.size() > kLargestNotice) return refuse("is too large.");
    if (notice.headers.count("Testpay-Signature") != 1) return refuse("does not carry exactly one signature.");
    const std::string_view header = *notice.headers.find("Testpay-Signature");
    const auto comma = header.find(",v1=");
    if (!header.starts_with("t=") || comma == std::string_view::npos) return refuse("has an unreadable signature.");
    const auto time = header.substr(2, comma - 2);
    const auto given = header.substr(comma + 4);
    const auto expected = digest_of(secret.reveal(), time, notice.body);
    if (given.size() != expected.size() || sodium_memcmp(given.data(), expected.data(), expected.size()) != 0)
        return refuse("has a wrong signature.");
    std::int64_t seconds = 0;
    const auto [end, error] = std::from_chars(time.data(), time.data() + time.size(), seconds);
    const auto received = seconds_of(notice.received_at);
    if (time.empty() || error != std::errc{} || end != time.data() + time.size() || seconds < received - kTolerance ||
        seconds > received + kTolerance)
        return refuse("is stale.");
    auto body = json::parse(notice.body, nullptr, false);
    const auto id = text_in(body, "id");
    if (id.empty() || id.size() > 100 || text_in(body, "type").empty()) return refuse("is not an event.");
    return body;
}

}  // namespace

std::string sign(const sdk::Secret& secret, sdk::Instant now, std::string_view body) {
    const auto time = std::to_string(seconds_of(now));
    return "t=" + time + ",v1=" + digest_of(secret.reveal(), time, body);
}

std::string body_of(const sdk::PaymentEvent& event) {
    json data{{"reference", event.reference},
              {"payment_id", event.payment_id},
              {"customer_id", event.customer_id},
              {"refund_id", event.refund_id},
              {"dispute_id", event.dispute_id},
              {"code", event.code},
              {"message", event.message},
              {"decline", event.decline == sdk::Decline::hard   ? "hard"
                          : event.decline == sdk::Decline::soft ? "soft"
                                                                : ""}};
    if (event.amount) data["amount"] = {{"minor", event.amount->minor}, {"currency", event.amount->currency}};
    if (event.method) {
        const auto& method = *event.method;
        data["method"] = {
            {"token", method.token.reveal()}, {"customer", method.customer}, {"kind", method.kind},
            {"brand", method.brand},          {"last4", method.last4},       {"exp_month", method.exp_month},
            {"exp_year", method.exp_year}};
    }
    return json{{"id", event.event_id},
                {"type", sdk::to_text(event.type)},
                {"created", sdk::to_micros(event.occurred_at)},
                {"data", data}}
        .dump(-1, ' ', false, json::error_handler_t::replace);
}

sdk::Result<sdk::VerifiedNotice> verify(const sdk::Secret& secret, const sdk::PaymentNotice& notice) {
    const auto body = prove(secret, notice);
    if (!body) return body.error();
    return sdk::VerifiedNotice{sdk::NoticeTrust::fully_signed, text_in(*body, "id"), text_in(*body, "type")};
}

sdk::Result<std::vector<sdk::PaymentEvent>> read(const sdk::Secret& secret, const sdk::PaymentNotice& notice) {
    const auto body = prove(secret, notice);
    if (!body) return body.error();
    const auto type = sdk::payment_event_type(text_in(*body, "type"));
    if (!type) return std::vector<sdk::PaymentEvent>{};
    const auto data = body->value("data", json());
    sdk::PaymentEvent event;
    event.type = *type;
    event.trust = sdk::NoticeTrust::fully_signed;
    event.event_id = text_in(*body, "id");
    event.provider_type = text_in(*body, "type");
    const auto created = number_in(*body, "created");
    event.occurred_at = created > 0 ? sdk::from_micros(created) : notice.received_at;
    event.reference = text_in(data, "reference");
    event.payment_id = text_in(data, "payment_id");
    event.customer_id = text_in(data, "customer_id");
    event.refund_id = text_in(data, "refund_id");
    event.dispute_id = text_in(data, "dispute_id");
    event.code = text_in(data, "code");
    event.message = text_in(data, "message");
    const auto decline = text_in(data, "decline");
    event.decline = decline == "hard"   ? sdk::Decline::hard
                    : decline == "soft" ? sdk::Decline::soft
                                        : sdk::Decline::none;
    if (event.type == sdk::PaymentEventType::dispute_closed) event.dispute = sdk::DisputeResult::lost;
    if (data.is_object() && data.contains("amount")) {
        const auto currency = text_in(data["amount"], "currency");
        if (currency.size() == 3) event.amount = sdk::Money{number_in(data["amount"], "minor"), currency};
    }
    if (data.is_object() && data.contains("method")) {
        const auto& from = data["method"];
        sdk::SavedPaymentMethod method;
        method.token = sdk::Secret{text_in(from, "token")};
        method.customer = text_in(from, "customer");
        method.kind = text_in(from, "kind");
        method.brand = text_in(from, "brand");
        method.last4 = text_in(from, "last4");
        method.exp_month = static_cast<int>(std::clamp<std::int64_t>(number_in(from, "exp_month"), 0, 12));
        method.exp_year = static_cast<int>(std::clamp<std::int64_t>(number_in(from, "exp_year"), 0, 9999));
        event.method = std::move(method);
    }
    return std::vector<sdk::PaymentEvent>{std::move(event)};
}

}  // namespace whatsflow::testpay
