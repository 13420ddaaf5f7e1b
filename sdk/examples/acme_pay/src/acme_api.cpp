#include "acme_api.hpp"

namespace acme {

AcmeApi::AcmeApi(sdk::HttpsClient& https, std::string base, sdk::Secret key)
    : https_(https), base_(std::move(base)), key_(std::move(key)) {}

sdk::Result<nlohmann::json> AcmeApi::get(const sdk::CallContext& context, const std::string& path) const {
    sdk::OutgoingRequest request;
    request.url = base_ + path;
    request.repeatable = true;
    return send(context, std::move(request));
}

sdk::Result<nlohmann::json> AcmeApi::post(const sdk::CallContext& context, const std::string& path,
                                          const nlohmann::json& body, const std::string& idempotency_key) const {
    sdk::OutgoingRequest request;
    request.method = sdk::Method::post;
    request.url = base_ + path;
    request.body = body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    request.headers.add("Content-Type", "application/json");
    request.headers.add("Idempotency-Key", sdk::encode_url(idempotency_key));
    request.repeatable = true;
    return send(context, std::move(request));
}

sdk::Result<nlohmann::json> AcmeApi::send(const sdk::CallContext& context, sdk::OutgoingRequest request) const {
    if (key_.empty()) return sdk::fail("payment.rejected", "Acme Pay has no api_key in its settings.");
    request.headers.add("Authorization", "Bearer " + key_.reveal());
    const auto answer = https_.send(context, request);
    if (!answer) return sdk::fail("payment.transient", "Acme could not be reached: " + answer.error().message);
    if (answer->status == 429 || answer->status >= 500)
        return sdk::fail("payment.transient", "Acme answered " + std::to_string(answer->status) + ".");
    auto json = nlohmann::json::parse(answer->body, nullptr, false);
    if (!json.is_object()) return sdk::fail("payment.transient", "Acme's answer could not be read.");
    if (answer->status >= 400) {
        const auto code = text_of(json, "code");
        return sdk::fail(answer->status == 404 ? "payment.not_found" : "payment.rejected",
                         "Acme refused the request" + (code.empty() ? "." : " (" + code + ")."));
    }
    return json;
}

std::string text_of(const nlohmann::json& object, const char* key) {
    if (!object.is_object()) return {};
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

std::optional<sdk::Money> money_of(const nlohmann::json& object) {
    const auto currency = text_of(object, "currency");
    if (currency.size() != 3 || !object.contains("amount") || !object["amount"].is_number_integer())
        return std::nullopt;
    return sdk::Money{object["amount"].get<std::int64_t>(), currency};
}

}  // namespace acme
