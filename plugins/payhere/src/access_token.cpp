#include "access_token.hpp"

#include "answers.hpp"

#include <algorithm>

namespace whatsflow::payhere {

using namespace std::chrono_literals;

AccessToken::AccessToken(sdk::HttpsClient& https, const sdk::Clock& clock, std::string base, AppCredentials app)
    : https_(https), clock_(clock), base_(std::move(base)), app_(std::move(app)) {}

sdk::Result<sdk::Secret> AccessToken::get(const sdk::CallContext& context) {
    {
        std::lock_guard lock(mutex_);
        if (!token_.empty() && clock_.now() < usable_until_) return token_;
    }
    return fetch(context);
}

void AccessToken::discard(const sdk::Secret& token) {
    std::lock_guard lock(mutex_);
    if (token_ == token) token_ = sdk::Secret{};
}

sdk::Result<sdk::Secret> AccessToken::fetch(const sdk::CallContext& context) {
    if (!app_.complete())
        return sdk::fail("payment.rejected", "PayHere's API needs app_id and app_secret in the settings.");
    sdk::OutgoingRequest request;
    request.method = sdk::Method::post;
    request.url = base_ + "/merchant/v1/oauth/token";
    request.headers.add("Authorization", "Basic " + base64(app_.id + ":" + app_.secret.reveal()));
    request.headers.add("Content-Type", "application/x-www-form-urlencoded");
    request.body = "grant_type=client_credentials";
    request.repeatable = true;
    const auto answer = https_.send(context, request);
    if (!answer) return sdk::fail("payment.transient", "PayHere could not be reached: " + answer.error().message);
    if (answer->status == 429 || answer->status >= 500)
        return sdk::fail("payment.transient", "PayHere answered " + std::to_string(answer->status) + ".");
    const auto json = nlohmann::json::parse(answer->body, nullptr, false);
    sdk::Secret token{text_of(at(json, "access_token"), 4000)};
    if (answer->status >= 400 || (token.empty() && json.is_object() && json.contains("error")))
        return sdk::fail("payment.rejected", "PayHere does not accept app_id and app_secret of the settings.");
    if (token.empty()) return sdk::fail("payment.transient", "PayHere's answer could not be read.");
    const auto lifetime = std::clamp<std::int64_t>(whole_number_of(at(json, "expires_in")).value_or(0), 0, 86'400);
    std::lock_guard lock(mutex_);
    token_ = token;
    usable_until_ = clock_.now() + std::chrono::seconds(lifetime) - 60s;
    return token;
}

std::string base64(std::string_view text) {
    constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string result;
    for (std::size_t i = 0; i < text.size(); i += 3) {
        const auto byte = [&](std::size_t k) {
            return i + k < text.size() ? static_cast<unsigned>(static_cast<unsigned char>(text[i + k])) : 0U;
        };
        const unsigned group = byte(0) << 16U | byte(1) << 8U | byte(2);
        for (unsigned k = 0; k < 4; ++k) result += i + k > text.size() ? '=' : kDigits[group >> (18U - 6U * k) & 63U];
    }
    return result;
}

}  // namespace whatsflow::payhere
