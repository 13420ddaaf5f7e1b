#include "payhere_api.hpp"

#include <whatsflow/sdk/http.hpp>

#include <algorithm>

namespace whatsflow::payhere {
namespace {

using Kind = Answer::Kind;

/// PayHere says "no records found" with the same number as "refused".
bool says_none_found(const Answer& answer) {
    auto text = answer.message;
    std::ranges::transform(text, text.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return answer.kind == Kind::refused &&
           (text.find("found") != std::string::npos || text.find("no record") != std::string::npos);
}

sdk::Error error_of(const Answer& answer) {
    const bool refused = answer.kind == Kind::refused || answer.kind == Kind::stale_token;
    return sdk::fail(refused ? "payment.rejected" : "payment.transient", answer.message);
}

sdk::Result<std::vector<sdk::PaymentRecord>> records_in(const Answer& answer) {
    std::vector<sdk::PaymentRecord> records;
    if (says_none_found(answer)) return records;
    if (answer.kind != Kind::succeeded) return error_of(answer);
    if (!answer.data.is_array() && !answer.data.is_null())
        return sdk::fail("payment.transient", "PayHere's answer could not be read.");
    for (const auto& payment : answer.data)
        if (auto record = record_of(payment)) records.push_back(std::move(*record));
    return records;
}

}  // namespace

PayHereApi::PayHereApi(sdk::HttpsClient& https, const sdk::Clock& clock, sdk::Logger& log, std::string base,
                       AppCredentials app)
    : https_(https), log_(log), base_(base), token_(https, clock, base, std::move(app)) {}

Answer PayHereApi::get(const sdk::CallContext& context, const std::string& path) {
    sdk::OutgoingRequest request;
    request.repeatable = true;
    return send(context, path, std::move(request));
}

Answer PayHereApi::post(const sdk::CallContext& context, const std::string& path, const nlohmann::json& body) {
    sdk::OutgoingRequest request;
    request.method = sdk::Method::post;
    request.body = body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    request.headers.add("Content-Type", "application/json");
    return send(context, path, std::move(request));
}

Answer PayHereApi::send(const sdk::CallContext& context, const std::string& path, sdk::OutgoingRequest request) {
    request.url = base_ + "/merchant/v1/" + path;
    Answer answer;
    for (int tries = 0; tries < 2; ++tries) {
        const auto token = token_.get(context);
        if (!token) {
            const bool refused = token.error().code == "payment.rejected";
            return {refused ? Kind::refused : Kind::transient, {}, "no_token", token.error().message};
        }
        auto with_token = request;
        with_token.headers.add("Authorization", "Bearer " + token->reveal());
        answer = judge(https_.send(context, with_token));
        if (answer.kind != Kind::stale_token) break;
        token_.discard(*token);
    }
    if (answer.kind != Kind::succeeded && !says_none_found(answer))
        log_.warn(
            "PayHere did not do what it was asked",
            {{"path", path.substr(0, path.find('?'))}, {"code", answer.code}, {"request_id", context.request_id}});
    return answer;
}

sdk::Result<void> PayHereApi::try_credentials(const sdk::CallContext& context) {
    const auto token = token_.get(context);
    return token ? sdk::ok() : sdk::Result<void>(token.error());
}

sdk::Result<std::vector<sdk::PaymentRecord>> PayHereApi::payments_of_order(const sdk::CallContext& context,
                                                                           const std::string& order_id) {
    auto records = records_in(get(context, "payment/search?order_id=" + sdk::encode_url(order_id)));
    if (records)
        std::erase_if(*records, [&](const auto& one) { return !one.reference.empty() && one.reference != order_id; });
    return records;
}

sdk::Result<std::vector<sdk::PaymentRecord>> PayHereApi::payments_of_subscription(const sdk::CallContext& context,
                                                                                  const std::string& subscription_id) {
    auto records = records_in(get(context, "subscription/" + sdk::encode_url(subscription_id) + "/payments"));
    if (!records) return records;
    for (auto& record : *records) record.subscription_id = subscription_id;
    std::ranges::stable_sort(*records, std::ranges::greater{}, &sdk::PaymentRecord::created_at);
    return records;
}

sdk::Result<std::string> PayHereApi::status_of_subscription(const sdk::CallContext& context,
                                                            const std::string& subscription_id) {
    const auto answer = get(context, "subscription");
    if (says_none_found(answer)) return std::string{};
    if (answer.kind != Kind::succeeded) return error_of(answer);
    if (!answer.data.is_array()) return sdk::fail("payment.transient", "PayHere's answer could not be read.");
    for (const auto& subscription : answer.data)
        if (text_of(at(subscription, "subscription_id"), 40) == subscription_id)
            return text_of(at(subscription, "status"), 40);
    return std::string{};
}

}  // namespace whatsflow::payhere
