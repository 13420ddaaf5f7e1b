#include "ofrep.hpp"

#include "core/open_feature.hpp"
#include "core/spelling.hpp"
#include "program_requests.hpp"

namespace whatsflow::flags {

using nlohmann::json;

namespace {

constexpr std::string_view kOneFlag = "/ofrep/v1/evaluate/flags/";
constexpr int kMostSlashes = 7;

sdk::Response failure(int status, const char* code, const char* details, const std::string& key = {}) {
    json body{{"errorCode", code}, {"errorDetails", details}};
    if (!key.empty()) body["key"] = key;
    return sdk::json(body, status);
}

/// The context, or the answer that says what is wrong with it.
std::variant<Context, sdk::Response> context_in(const sdk::Request& request, const std::string& key) {
    const auto body = request.json();
    if (!body) return failure(400, "PARSE_ERROR", "The body is no JSON.", key);
    if (!body->is_object() || !body->contains("context") || !(*body)["context"].is_object())
        return failure(400, "INVALID_CONTEXT", "The body has no object 'context'.", key);
    const auto& given = (*body)["context"];
    if (given.contains("targetingKey") && !given["targetingKey"].is_string())
        return failure(400, "INVALID_CONTEXT", "The targetingKey is no text.", key);
    return context_of_open_feature(given);
}

sdk::Response one(const Board& board, const sdk::Clock& clock, Exposures& exposures, const sdk::Request& request) {
    const auto key = request.path.substr(kOneFlag.size());
    auto read = context_in(request, key);
    if (auto* refusal = std::get_if<sdk::Response>(&read)) return std::move(*refusal);
    const auto served = board.served(request.identity->environment);
    const auto* feature = served->rules->find(key);
    if (!feature) return failure(404, "FLAG_NOT_FOUND", "There is no such flag.", key);
    const auto question = completed(std::get<Context>(std::move(read)), request, *served);
    std::string body;
    const auto answer = evaluate(*served->rules, *feature, question.context, {clock});
    const bool answered = append_evaluation(body, answer);
    if (feature->impressions && answered && question.context.user_id)
        exposures.note(request.identity->environment, feature->name, resolve(answer).variant,
                       *question.context.user_id);
    return std::move(sdk::bytes(std::move(body), "application/json").status(answered ? 200 : 400));
}

sdk::Response all(const Board& board, const ChangeNotices& notices, const sdk::Clock& clock,
                  const sdk::Request& request) {
    auto read = context_in(request, {});
    if (auto* refusal = std::get_if<sdk::Response>(&read)) return std::move(*refusal);
    const auto served = board.served(request.identity->environment);
    const auto streams = notices.event_streams(request.identity->environment);
    const auto make = [&](const Context& context) {
        std::string body = "{\"flags\":[";
        for (const auto& feature : served->rules->features()) {
            if (body.back() != '[') body += ',';
            append_evaluation(body, evaluate(*served->rules, feature, context, {clock}));
        }
        body += "],\"metadata\":{\"version\":\"" + std::to_string(served->revision) + "\"}";
        if (!streams->empty()) body.append(",\"eventStreams\":").append(*streams);
        return body + '}';
    };
    // Where to listen is told to whoever has an old address, though the flags are the same.
    return answered_once(request, *served, std::get<Context>(std::move(read)), make, *streams);
}

}  // namespace

sdk::Result<void> register_ofrep(sdk::Host& host, const Board& board, Exposures& exposures,
                                 const ChangeNotices& notices) {
    const auto& clock = host.clock();
    const auto answer_one = [&](const sdk::Request& request) {
        return for_origin(request, one(board, clock, exposures, request));
    };
    const auto answer_all = [&](const sdk::Request& request) {
        return for_origin(request, all(board, notices, clock, request));
    };
    // Clients put a key into the path as it is, with its slashes.
    std::string pattern(kOneFlag);
    for (int part = 0; part <= kMostSlashes; ++part) {
        pattern += (part > 0 ? "/{part" : "{part") + std::to_string(part) + "}";
        if (auto done = host.route(from_memory(sdk::Method::post, pattern, "flags:client", answer_one)); !done)
            return done;
    }
    if (auto done =
            host.route(from_memory(sdk::Method::post, "/ofrep/v1/evaluate/flags", "flags:evaluate", answer_all));
        !done)
        return done;
    return host.route(preflight("/ofrep/v1/evaluate/flags"));
}

}  // namespace whatsflow::flags
