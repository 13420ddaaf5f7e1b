#include "web/problems.hpp"

#include "web/text.hpp"

namespace whatsflow::web {
namespace {

using nlohmann::json;

struct Known {
    int status;
    std::string_view code;
    std::string_view title;
    std::string_view detail;
};

constexpr Known kKnown[] = {
    {400, "bad_request", "Bad request", "The request could not be understood."},
    {401, "unauthenticated", "Sign in needed", "Sign in or send a valid token to continue."},
    {402, "limit_exceeded", "Plan limit reached", "Your plan does not include more of this."},
    {403, "forbidden", "Not allowed", "You do not have the permission for this."},
    {404, "not_found", "Not found", "There is nothing at this address."},
    {405, "method_not_allowed", "Method not allowed", "This address does not answer to this method."},
    {408, "timeout", "Too slow", "The request took too long to arrive."},
    {409, "conflict", "Conflict", "Somebody else changed this at the same time. Load it again and retry."},
    {413, "too_large", "Too large", "What was sent is larger than this address accepts."},
    {414, "address_too_long", "Address too long", "The address is longer than this server reads."},
    {415, "unsupported_media_type", "Wrong format", "This address does not accept this kind of content."},
    {421, "wrong_host", "Wrong host", "This server does not serve the host name that was asked for."},
    {422, "invalid_fields", "Please check your entries", "Some fields need another value."},
    {429, "rate_limited", "Too many requests", "Wait a moment, then try again."},
    {431, "headers_too_large", "Headers too large", "The headers are larger than this server reads."},
    {500, "internal", "Something went wrong", "The mistake is ours and has been logged. Please try again."},
    {501, "not_implemented", "Not implemented", "This server does not know this method or feature."},
    {502, "bad_gateway", "Service unavailable", "A service we depend on gave no usable answer."},
    {503, "unavailable", "Busy for a moment", "The server is busy or restarting. Try again in a few seconds."},
    {504, "upstream_timeout", "Service unavailable", "A service we depend on took too long to answer."},
    {505, "http_version_not_supported", "HTTP version not supported", "This server speaks HTTP/1.1."},
};

const Known* find(int status) noexcept {
    const auto found = std::ranges::find(kKnown, status, &Known::status);
    return found == std::end(kKnown) ? nullptr : found;
}

json document_of(const Problem& problem, std::string_view request_id) {
    json document = problem.more;
    if (!document.contains("type")) document["type"] = "about:blank";
    if (!document.contains("title")) document["title"] = title_of(problem.status);
    document["status"] = problem.status;
    document["code"] = problem.code;
    document["detail"] = problem.detail;
    document["request_id"] = request_id;
    return document;
}

}  // namespace

Problem problem_of(int status) {
    if (const auto* known = find(status)) return {status, std::string(known->code), std::string(known->detail)};
    return {status, status < 500 ? "bad_request" : "internal", std::string(find(status < 500 ? 400 : 500)->detail)};
}

std::string_view title_of(int status) noexcept {
    if (const auto* known = find(status)) return known->title;
    return find(status < 500 ? 400 : 500)->title;
}

std::optional<Problem> read_problem(const sdk::Response& response) {
    const auto type = response.headers().find("content-type").value_or("");
    const auto* body = std::get_if<std::string>(&response.body());
    if (!body || !type.starts_with("application/problem+json")) return std::nullopt;
    auto document = json::parse(*body, nullptr, false);
    if (!document.is_object()) return problem_of(response.status());
    auto problem = problem_of(response.status());
    if (const auto code = document.find("code"); code != document.end() && code->is_string())
        problem.code = code->get<std::string>();
    if (const auto detail = document.find("detail"); detail != document.end() && detail->is_string())
        problem.detail = detail->get<std::string>();
    problem.more = std::move(document);
    return problem;
}

std::string to_json(const Problem& problem, std::string_view request_id) {
    return document_of(problem, request_id).dump(-1, ' ', false, json::error_handler_t::replace);
}

json to_model(const Problem& problem, std::string_view request_id) {
    json model{{"status", problem.status}, {"title", title_of(problem.status)}, {"message", problem.detail},
               {"code", problem.code},     {"request_id", request_id},          {"errors", json::array()},
               {"has_errors", false},      {"home_path", "/"}};
    if (const auto errors = problem.more.find("errors"); errors != problem.more.end() && errors->is_array()) {
        model["has_errors"] = !errors->empty();
        model["errors"] = *errors;
    }
    return model;
}

std::string plain_page(const Problem& problem, std::string_view request_id) {
    const auto title = sdk::escape_html(title_of(problem.status));
    return "<!doctype html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><meta name=\"viewport\" "
           "content=\"width=device-width, initial-scale=1\"><title>" +
           title + "</title></head>\n<body><main><h1>" + title + "</h1><p>" + sdk::escape_html(problem.detail) +
           "</p><p>Request <code>" + sdk::escape_html(request_id) + "</code></p></main></body>\n</html>\n";
}

bool prefers_json(sdk::Site site, const sdk::Headers& headers) {
    if (site == sdk::Site::api) return true;
    const auto accept = headers.find("accept").value_or("");
    if (accept.find("text/html") != std::string_view::npos) return false;
    if (accept.find("json") != std::string_view::npos) return true;
    const auto type = headers.find("content-type").value_or("");
    return same_text(trimmed(type.substr(0, type.find(';'))), "application/json");
}

}  // namespace whatsflow::web
