#include "stripe_api.hpp"

#include "declines.hpp"
#include "stripe_json.hpp"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace whatsflow::stripe {
namespace {

using Kind = ApiFailure::Kind;

std::string header_of(const sdk::IncomingResponse& answer, std::string_view name) {
    return std::string(answer.headers.find(name).value_or("").substr(0, 100));
}

std::optional<sdk::Milliseconds> retry_after_of(const sdk::IncomingResponse& answer) {
    const auto text = header_of(answer, "Retry-After");
    int seconds = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (text.empty() || error != std::errc{} || end != text.data() + text.size() || seconds < 0 || seconds > 86'400)
        return std::nullopt;
    return std::chrono::seconds(seconds);
}

Kind kind_of(const sdk::IncomingResponse& answer, const nlohmann::json& error) {
    const auto code = text_of(at(error, "code"));
    const auto type = text_of(at(error, "type"));
    if (answer.status == 402) return Kind::declined;
    if (answer.status == 429 || code == "rate_limit" || code == "lock_timeout") return Kind::transient;
    if (answer.status == 409 || answer.status == 424) return Kind::transient;
    if (answer.status >= 500) {
        // Stored with our key: sending it again would bring the same answer, not the truth.
        if (header_of(answer, "Idempotent-Replayed") == "true") return Kind::unknown;
        return header_of(answer, "Stripe-Should-Retry") == "false" ? Kind::unknown : Kind::transient;
    }
    if (header_of(answer, "Stripe-Should-Retry") == "true") return Kind::transient;
    if (answer.status == 404 || code == "resource_missing") return Kind::not_found;
    if (type == "card_error") return Kind::declined;
    return Kind::rejected;
}

std::string sentence_for(int status, const nlohmann::json& error) {
    auto message = text_of(at(error, "message"));
    // Stripe repeats parts of the key in this one.
    if (status == 401) return "Stripe does not accept the secret_key of the settings.";
    if (status == 403) return "The secret_key of the settings may not do this; see its permissions at Stripe.";
    return message.empty() ? "Stripe answered " + std::to_string(status) + "." : "Stripe: " + message;
}

/// Keys go into a header and hold 255 characters; ours may be anything.
std::string header_key(const std::string& key) {
    const bool plain = key.size() <= 200 && std::ranges::all_of(key, [](char c) { return c > ' ' && c <= '~'; });
    if (plain) return key;
    std::array<unsigned char, crypto_hash_sha256_BYTES> digest{};
    crypto_hash_sha256(digest.data(), reinterpret_cast<const unsigned char*>(key.data()), key.size());
    std::string hex(digest.size() * 2 + 1, '\0');
    sodium_bin2hex(hex.data(), hex.size(), digest.data(), digest.size());
    hex.pop_back();
    return hex;
}

}  // namespace

sdk::Error ApiFailure::as_error() const {
    const char* name = kind == Kind::transient   ? "payment.transient"
                       : kind == Kind::unknown   ? "payment.unknown"
                       : kind == Kind::not_found ? "payment.not_found"
                                                 : "payment.rejected";
    return sdk::fail(name, message);
}

sdk::PaymentOutcome ApiFailure::as_outcome() const {
    if (kind == Kind::transient) return sdk::PaymentOutcome::transient(code, message, retry_after);
    if (kind == Kind::unknown) return sdk::PaymentOutcome::unknown(code, message);
    if (kind != Kind::declined) return sdk::PaymentOutcome::rejected(code, message);
    const auto refusal = refusal_of(error);
    auto outcome = sdk::PaymentOutcome::declined(refusal.decline, refusal.code, refusal.message);
    outcome.id = id_of(at(error, "payment_intent"));
    return outcome;
}

ApiAnswer judge(const sdk::Result<sdk::IncomingResponse>& answer) {
    if (!answer) {
        // Too large an answer would be too large again: whoever needs it has to look elsewhere.
        const auto kind = answer.error().code == "net.too_large" ? Kind::unknown : Kind::transient;
        return ApiFailure{kind, answer.error().code, "Stripe could not be reached: " + answer.error().message, {}, {}};
    }
    auto json = nlohmann::json::parse(answer->body, nullptr, false);
    if (answer->status >= 200 && answer->status < 300) {
        if (json.is_object()) return json;
        return ApiFailure{Kind::transient, "unreadable", "Stripe's answer could not be read.", {}, {}};
    }
    const auto error = at(json, "error");
    auto code = text_of(at(error, "code"), 100);
    if (code.empty()) code = "http_" + std::to_string(answer->status);
    return ApiFailure{kind_of(*answer, error), code, sentence_for(answer->status, error), error,
                      retry_after_of(*answer)};
}

StripeApi::StripeApi(sdk::HttpsClient& https, sdk::Logger& log, std::string base, sdk::Secret key)
    : https_(https), log_(log), base_(std::move(base)), key_(std::move(key)) {}

ApiAnswer StripeApi::get(const sdk::CallContext& context, const std::string& path) const {
    sdk::OutgoingRequest request;
    request.repeatable = true;
    return send(context, path, std::move(request));
}

ApiAnswer StripeApi::post(const sdk::CallContext& context, const std::string& path, const FormBody& body,
                          const std::string& idempotency_key) const {
    sdk::OutgoingRequest request;
    request.method = sdk::Method::post;
    request.body = body.text();
    request.headers.add("Content-Type", "application/x-www-form-urlencoded");
    if (!idempotency_key.empty()) request.headers.add("Idempotency-Key", header_key(idempotency_key));
    request.repeatable = !idempotency_key.empty();
    return send(context, path, std::move(request));
}

ApiAnswer StripeApi::send(const sdk::CallContext& context, const std::string& path,
                          sdk::OutgoingRequest request) const {
    if (key_.empty()) return ApiFailure{Kind::rejected, "no_key", "Stripe has no secret_key in its settings.", {}, {}};
    request.url = base_ + "/v1" + path;
    request.headers.add("Authorization", "Bearer " + key_.reveal());
    request.headers.add("Stripe-Version", kApiVersion);
    const auto answer = https_.send(context, request);
    auto judged = judge(answer);
    if (!judged) {
        // The path ends before its query: that holds references of customers' payments.
        log_.warn("Stripe did not do what it was asked",
                  {{"path", path.substr(0, path.find('?'))},
                   {"code", judged.failure().code},
                   {"status", std::to_string(answer ? answer->status : 0)},
                   {"stripe_request", answer ? header_of(*answer, "Request-Id") : std::string{}},
                   {"request_id", context.request_id}});
    }
    return judged;
}

bool StripeApi::is_page_address(const std::string& url) const {
    return url.starts_with("https://") || (base_.starts_with("http://") && url.starts_with("http://"));
}

}  // namespace whatsflow::stripe
