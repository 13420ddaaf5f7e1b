#include "flags_api.hpp"

#include "core/body.hpp"

#include <whatsflow/sdk/flag_listing.hpp>
#include <whatsflow/sdk/id.hpp>

namespace whatsflow::analytics {

using nlohmann::json;

namespace {

struct Question {
    std::string token;
    std::string person;
    sdk::FlagContext context;
    std::set<std::string> only;
};

sdk::Result<Question> read_question(const sdk::Request& request) {
    const BodyForm form{request.headers.find("Content-Encoding").value_or(""),
                        request.headers.find("Content-Type").value_or(""),
                        request.query.find("compression").value_or("")};
    const auto text = unfold(request.body, form);
    if (!text) return text.error();
    const auto body = read_json(*text);
    if (!body) return body.error();
    if (!body->is_object()) return sdk::fail("analytics.bad_event", "The body is no object.");
    Question question;
    for (const char* key : {"token", "api_key", "$token"})
        if (question.token.empty()) question.token = scalar_text(*body, key);
    question.person = scalar_text(*body, "distinct_id");
    if (question.person.empty()) return sdk::fail("analytics.bad_event", "There is no 'distinct_id'.");
    question.context.targeting_key = question.person;
    auto& attributes = question.context.attributes;
    attributes["remoteAddress"] = request.remote_address;
    if (const auto found = body->find("person_properties"); found != body->end() && found->is_object())
        attributes.update(*found);
    if (const auto groups = body->find("groups"); groups != body->end() && groups->is_object())
        for (const auto& [type, key] : groups->items())
            if (!attributes.contains(type)) attributes[type] = key;
    if (const auto keys = body->find("flag_keys_to_evaluate"); keys != body->end() && keys->is_array())
        for (const auto& key : *keys)
            if (key.is_string()) question.only.insert(key.get<std::string>());
    return question;
}

/// PostHog's names for why.
json reason_of(const sdk::ListedFlag& flag) {
    const bool matched = flag.enabled;
    const char* code = matched                                      ? "condition_match"
                       : flag.reason == sdk::flag_reason::kDisabled ? "disabled"
                                                                    : "no_condition_match";
    return {{"code", code}, {"condition_index", matched ? json(0) : json(nullptr)}, {"description", flag.reason}};
}

json as_version_2(const std::vector<sdk::ListedFlag>& flags) {
    json all = json::object();
    std::int64_t number = 0;
    for (const auto& flag : flags) {
        json metadata{{"id", ++number}, {"version", flag.version}};
        if (!flag.payload.is_null())
            metadata["payload"] = flag.payload.dump(-1, ' ', false, json::error_handler_t::replace);
        all[flag.key] = {{"key", flag.key},
                         {"enabled", flag.enabled},
                         {"variant", flag.variant.empty() ? json(nullptr) : json(flag.variant)},
                         {"reason", reason_of(flag)},
                         {"metadata", std::move(metadata)}};
    }
    return {{"flags", std::move(all)}};
}

json as_version_1(const std::vector<sdk::ListedFlag>& flags) {
    json values = json::object(), payloads = json::object();
    for (const auto& flag : flags) {
        values[flag.key] = flag.enabled && !flag.variant.empty() ? json(flag.variant) : json(flag.enabled);
        if (!flag.payload.is_null())
            payloads[flag.key] = flag.payload.dump(-1, ' ', false, json::error_handler_t::replace);
    }
    return {{"featureFlags", std::move(values)}, {"featureFlagPayloads", std::move(payloads)}};
}

sdk::Response answer(const CaptureDesk& desk, const sdk::Request& request) {
    const auto question = read_question(request);
    if (!question) return for_page(request, nullptr, refusal(question.error()));
    const auto site = desk.sites.of_secret(request.context, question->token);
    if (!site) return for_page(request, nullptr, refusal(site.error()));
    if (!*site)
        return for_page(request, nullptr,
                        sdk::problem(401, "unauthorized", "The token is missing, unknown or no longer valid."));
    const auto& token = (*site)->token;
    if (!token.permissions.contains(kCapture) && !token.permissions.contains("flags:frontend"))
        return for_page(request, &token,
                        sdk::problem(403, "forbidden", "The token needs the scope analytics:capture."));
    std::vector<sdk::ListedFlag> flags;
    bool failed = false;
    // Without a provider of flags the client keeps what it had.
    const auto listing = sdk::find_service<sdk::FlagListing>(desk.host);
    auto listed = listing.call(&sdk::FlagListing::evaluate_all, token.environment, question->context);
    if (!listed)
        failed = true;
    else
        for (auto& flag : *listed)
            if (question->only.empty() || question->only.contains(flag.key)) flags.push_back(std::move(flag));
    const auto version = request.query.get("v");
    auto body = version == "2" || version.empty() ? as_version_2(flags) : as_version_1(flags);
    body["errorsWhileComputingFlags"] = failed;
    body["requestId"] = sdk::make_uuid();
    body["evaluatedAt"] = sdk::to_micros(desk.host.clock().now()) / 1000;
    if (request.query.get("config") == "true") {
        body["supportedCompression"] = {"gzip", "gzip-js"};
        body["sessionRecording"] = false;
    }
    return for_page(request, &token, sdk::json(body));
}

}  // namespace

sdk::Result<void> register_flags(const CaptureDesk& desk) {
    for (const char* pattern : {"/flags", "/decide"})
        if (auto done = capture_route(desk.host, pattern, 1 << 20, "Feature flags as PostHog's clients ask for them",
                                      [desk](const sdk::Request& request) { return answer(desk, request); });
            !done)
            return done;
    return sdk::ok();
}

}  // namespace whatsflow::analytics
