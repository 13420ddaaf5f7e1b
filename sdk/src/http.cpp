#include <whatsflow/sdk/http.hpp>

#include <algorithm>
#include <stdexcept>

namespace whatsflow::sdk {
namespace {

bool same_name(std::string_view left, std::string_view right) {
    auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    return std::ranges::equal(left, right, {}, lower, lower);
}

bool has_control(std::string_view text) {
    return std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

Route make_route(Method method, Site site, std::string pattern, Permission permission, RouteHandler handler) {
    return Route{.site = site,
                 .method = method,
                 .pattern = std::move(pattern),
                 .permission = std::move(permission),
                 .handler = std::move(handler)};
}

}  // namespace

std::string_view to_text(Site site) {
    static constexpr std::string_view kNames[] = {"landing", "app", "admin", "api"};
    return kNames[static_cast<std::size_t>(site)];
}

std::string_view to_text(Method method) {
    static constexpr std::string_view kNames[] = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"};
    return kNames[static_cast<std::size_t>(method)];
}

std::string_view to_text(RateClass rate_class) {
    static constexpr std::string_view kNames[] = {"pages", "api", "evaluate", "capture", "webhooks", "login"};
    return kNames[static_cast<std::size_t>(rate_class)];
}

std::optional<std::string_view> Fields::find(std::string_view name) const {
    for (const auto& [key, value] : entries_)
        if (key == name) return value;
    return std::nullopt;
}

std::string Fields::get(std::string_view name, std::string_view fallback) const {
    return std::string(find(name).value_or(fallback));
}

std::size_t Fields::count(std::string_view name) const {
    return static_cast<std::size_t>(std::ranges::count(entries_, name, [](const auto& entry) { return entry.first; }));
}

std::optional<std::string_view> Headers::find(std::string_view name) const {
    for (const auto& [key, value] : entries_)
        if (same_name(key, name)) return value;
    return std::nullopt;
}

std::size_t Headers::count(std::string_view name) const {
    return static_cast<std::size_t>(
        std::ranges::count_if(entries_, [&](const auto& entry) { return same_name(entry.first, name); }));
}

std::optional<std::string> decode_url(std::string_view text, bool plus_is_space) {
    std::string decoded;
    decoded.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%') {
            if (i + 2 >= text.size()) return std::nullopt;
            const int high = hex_digit(text[i + 1]);
            const int low = hex_digit(text[i + 2]);
            if (high < 0 || low < 0) return std::nullopt;
            decoded.push_back(static_cast<char>(high * 16 + low));
            i += 2;
        } else {
            decoded.push_back(plus_is_space && text[i] == '+' ? ' ' : text[i]);
        }
    }
    return decoded;
}

std::string encode_url(std::string_view text) {
    static constexpr char kHex[] = "0123456789ABCDEF";
    std::string encoded;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const bool unreserved = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                                c == '-' || c == '.' || c == '_' || c == '~';
        if (unreserved) {
            encoded.push_back(c);
        } else {
            encoded.push_back('%');
            encoded.push_back(kHex[byte >> 4]);
            encoded.push_back(kHex[byte & 0x0f]);
        }
    }
    return encoded;
}

std::string escape_html(std::string_view text) {
    std::string escaped;
    escaped.reserve(text.size());
    for (const char c : text) {
        switch (c) {
            case '&': escaped += "&amp;"; break;
            case '<': escaped += "&lt;"; break;
            case '>': escaped += "&gt;"; break;
            case '"': escaped += "&quot;"; break;
            case '\'': escaped += "&#39;"; break;
            default: escaped.push_back(c);
        }
    }
    return escaped;
}

Result<Fields> Request::form() const {
    constexpr std::size_t kMaxFields = 1000;
    Fields fields;
    std::size_t count = 0;
    std::string_view rest = body;
    while (!rest.empty()) {
        if (++count > kMaxFields) return fail("http.bad_form", "The form has too many fields.");
        const auto end = rest.find('&');
        const auto pair = rest.substr(0, end);
        rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
        if (pair.empty()) continue;
        const auto equals = pair.find('=');
        auto name = decode_url(pair.substr(0, equals), true);
        auto value = equals == std::string_view::npos ? std::optional<std::string>{""}
                                                      : decode_url(pair.substr(equals + 1), true);
        if (!name || !value) return fail("http.bad_form", "The form is not correctly encoded.");
        fields.add(std::move(*name), std::move(*value));
    }
    return fields;
}

Result<nlohmann::json> Request::json() const {
    constexpr int kMaxDepth = 64;
    bool too_deep = false;
    auto parsed = nlohmann::json::parse(
        body,
        [&](int depth, nlohmann::json::parse_event_t, nlohmann::json&) {
            if (depth > kMaxDepth) too_deep = true;
            return !too_deep;
        },
        /*allow_exceptions=*/false);
    if (too_deep) return fail("http.bad_json", "The JSON is nested too deeply.");
    if (parsed.is_discarded()) return fail("http.bad_json", "The body is not valid JSON.");
    return parsed;
}

Response& Response::header(std::string name, std::string value) {
    if (name.empty() || has_control(name) || has_control(value) || name.find(':') != std::string::npos)
        throw std::invalid_argument("response header '" + escape_html(name) + "' has characters that are not allowed");
    headers_.add(std::move(name), std::move(value));
    return *this;
}

Response page(std::string view, nlohmann::json model, int status) {
    Response response(status);
    response.body(View{std::move(view), std::move(model)});
    return response;
}

Response json(const nlohmann::json& value, int status) {
    Response response(status);
    response.header("Content-Type", "application/json");
    response.body(value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
    return response;
}

Response text(std::string value, int status) {
    Response response(status);
    response.header("Content-Type", "text/plain; charset=utf-8");
    response.body(std::move(value));
    return response;
}

Response bytes(std::string value, std::string content_type) {
    Response response;
    response.header("Content-Type", std::move(content_type));
    response.body(std::move(value));
    return response;
}

Response stream(std::string content_type, std::string filename, std::function<Result<std::string>()> next) {
    Response response;
    response.header("Content-Type", std::move(content_type));
    response.header("Content-Disposition", "attachment; filename*=UTF-8''" + encode_url(filename));
    response.body(BodyStream{std::move(next)});
    return response;
}

Response redirect_to(std::string location) {
    Response response(303);
    response.header("Location", std::move(location));
    return response;
}

Response problem(int status, std::string code, std::string message, const std::vector<FieldError>& fields) {
    nlohmann::json document{{"type", "about:blank"}, {"status", status}, {"code", code}, {"detail", message}};
    if (!fields.empty()) {
        auto& errors = document["errors"] = nlohmann::json::array();
        for (const auto& field : fields)
            errors.push_back({{"field", field.field}, {"code", field.code}, {"message", field.message}});
    }
    Response response(status);
    response.header("Content-Type", "application/problem+json");
    response.body(document.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
    return response;
}

Response problem(int status, const Error& error) { return problem(status, error.code, error.message, error.fields); }

Response not_found() { return problem(404, "not_found", "There is nothing at this address."); }

Route get(Site site, std::string pattern, Permission permission, RouteHandler handler) {
    return make_route(Method::get, site, std::move(pattern), std::move(permission), std::move(handler));
}

Route post(Site site, std::string pattern, Permission permission, RouteHandler handler) {
    return make_route(Method::post, site, std::move(pattern), std::move(permission), std::move(handler));
}

}  // namespace whatsflow::sdk
