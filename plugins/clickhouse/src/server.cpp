#include "server.hpp"

namespace whatsflow::clickhouse {

using nlohmann::json;

namespace {

/// A piece of events that is walked over, with properties of the largest size.
constexpr std::size_t kMostOfAnswer = 256ull * 1024 * 1024;

/// ClickHouse's own words, which name tables and columns of ours and values that were asked for: for the log.
std::string first_line_of(const std::string& text) {
    return text.substr(0, std::min<std::size_t>(text.find('\n'), 300));
}

}  // namespace

sdk::Result<std::string> Server::ask(const sdk::CallContext& context, const std::string& parameters,
                                     std::string body) const {
    sdk::OutgoingRequest request;
    request.method = sdk::Method::post;
    request.url = address_.url + "/?" + parameters;
    request.headers.add("Content-Type", "text/plain; charset=utf-8");
    if (!address_.user.empty()) {
        request.headers.add("X-ClickHouse-User", address_.user);
        request.headers.add("X-ClickHouse-Key", address_.password.reveal());
    }
    request.body = std::move(body);
    request.repeatable = true;  // a batch that comes twice is counted once
    request.max_response_bytes = kMostOfAnswer;
    auto answer = https_.send(context, request);
    if (!answer) return sdk::fail("database.unavailable", "ClickHouse does not answer: " + answer.error().message);
    if (answer->status == 200) return std::move(answer->body);
    const auto sentence = "ClickHouse answered " + std::to_string(answer->status) + ": " + first_line_of(answer->body);
    const bool later = answer->status == 502 || answer->status == 503 || answer->status == 504;
    return sdk::fail(later ? "database.unavailable" : "database.failed", sentence);
}

sdk::Result<void> Server::run(const sdk::CallContext& context, const std::string& sql) const {
    const auto done = ask(context, {}, sql);
    return done ? sdk::ok() : sdk::Result<void>(done.error());
}

sdk::Result<json> Server::rows(const sdk::CallContext& context, const std::string& sql) const {
    const auto answer = ask(context, "output_format_json_quote_64bit_integers=0", sql + " FORMAT JSONCompact");
    if (!answer) return answer.error();
    auto told = json::parse(*answer, nullptr, false);
    // An error in the middle of an answer comes as text behind a 200.
    if (!told.is_object() || !told.contains("data") || !told["data"].is_array())
        return sdk::fail("database.unavailable", "ClickHouse's answer is not whole: " + first_line_of(*answer));
    return std::move(told["data"]);
}

sdk::Result<void> Server::insert(const sdk::CallContext& context, const std::string& table, std::string lines) const {
    const auto done = ask(
        context, "query=" + sdk::encode_url("INSERT INTO " + address_.database + "." + table + " FORMAT JSONEachRow"),
        std::move(lines));
    return done ? sdk::ok() : sdk::Result<void>(done.error());
}

}  // namespace whatsflow::clickhouse
