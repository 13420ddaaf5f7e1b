/// \file
/// Requests, responses and routes, as a plugin sees them.
///
/// A handler takes a Request and returns a Response; it knows nothing of sockets and cannot
/// forget to answer. The host has checked framing, size, rate, permission and CSRF before.
///
///     host.route(get(Site::landing, "/about", Permission::everyone(),
///                    [](const Request&) { return page("landing/about", {{"title", "About"}}); }));
#pragma once

#include <whatsflow/sdk/call_context.hpp>
#include <whatsflow/sdk/identity.hpp>
#include <whatsflow/sdk/result.hpp>

#include <nlohmann/json.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace whatsflow::sdk {

enum class Site { landing, app, admin, api };
enum class Method { get, head, post, put, patch, del, options };

std::string_view to_text(Site site);
std::string_view to_text(Method method);

/// Names and values in the order they came; a name may repeat.
class Fields {
public:
    void add(std::string name, std::string value) { entries_.emplace_back(std::move(name), std::move(value)); }
    /// The first value of `name`, or nothing.
    std::optional<std::string_view> find(std::string_view name) const;
    /// The first value of `name`, or `fallback`.
    std::string get(std::string_view name, std::string_view fallback = "") const;
    std::size_t count(std::string_view name) const;
    const std::vector<std::pair<std::string, std::string>>& entries() const { return entries_; }
    bool empty() const { return entries_.empty(); }

private:
    std::vector<std::pair<std::string, std::string>> entries_;
};

/// The same, where names are compared without regard to case.
class Headers {
public:
    void add(std::string name, std::string value) { entries_.emplace_back(std::move(name), std::move(value)); }
    std::optional<std::string_view> find(std::string_view name) const;
    std::size_t count(std::string_view name) const;
    const std::vector<std::pair<std::string, std::string>>& entries() const { return entries_; }

private:
    std::vector<std::pair<std::string, std::string>> entries_;
};

/// Immutable while the handler runs. Everything is decoded and valid UTF-8 except `body`.
struct Request {
    Site site = Site::landing;
    Method method = Method::get;
    std::string path;   ///< normalised and decoded, starts with `/`
    std::string query_string;  ///< as received, without `?`
    Fields parameters;  ///< of the route's pattern: {id}
    Fields query;
    Fields cookies;
    Headers headers;
    std::string body;            ///< raw bytes
    std::string remote_address;  ///< of the client, behind trusted proxies too
    bool secure = false;         ///< the client's connection was HTTPS
    std::string locale = "en";
    std::string csrf_token;  ///< to put into the forms of the page
    CallContext context;
    std::optional<Identity> identity;  ///< set when the route needs a permission

    /// The body as a form (application/x-www-form-urlencoded). Error `http.bad_form`.
    Result<Fields> form() const;
    /// The body as JSON, at most 64 levels deep. Error `http.bad_json`.
    Result<nlohmann::json> json() const;
};

/// A page to be rendered: the name of a template and what it shows.
struct View {
    std::string name;      ///< `landing/home`: a theme may override any of them
    nlohmann::json model = nlohmann::json::object();
};

/// A body that is made while it is sent, such as an export of a million rows.
struct BodyStream {
    /// [a thread of the host's own for streams, after the handler returned] The next piece, up to some
    /// 64 KiB; empty: the end. An error cuts the connection, so that nobody takes the part for
    /// the whole. Deadlines of the request do not apply; a reader that stops reading is dropped.
    std::function<Result<std::string>()> next;
};

/// What a handler returns. A value: build it with the functions below.
class Response {
public:
    using Body = std::variant<std::string, View, BodyStream>;

    explicit Response(int status = 200) : status_(status) {}

    int status() const { return status_; }
    const Headers& headers() const { return headers_; }
    const Body& body() const { return body_; }

    /// Refuses (throws std::invalid_argument) names and values with control characters, so
    /// nobody can inject a header.
    Response& header(std::string name, std::string value);
    Response& status(int status) {
        status_ = status;
        return *this;
    }
    Response& body(Body body) {
        body_ = std::move(body);
        return *this;
    }

private:
    int status_;
    Headers headers_;
    Body body_;
};

/// A page of the site's theme.
Response page(std::string view, nlohmann::json model = nlohmann::json::object(), int status = 200);
Response json(const nlohmann::json& value, int status = 200);
Response text(std::string value, int status = 200);
Response bytes(std::string value, std::string content_type);
/// A download that is written while it is read.
Response stream(std::string content_type, std::string filename, std::function<Result<std::string>()> next);
/// 303 to a path of the same site, or to an absolute URL of one of our sites.
Response redirect_to(std::string location);
/// RFC 9457 for programs; on a page site the host shows it as a page in the site's design.
Response problem(int status, std::string code, std::string message, const std::vector<FieldError>& fields = {});
Response problem(int status, const Error& error);
Response not_found();

/// Who may call a route. There is no default: every route says it.
class Permission {
public:
    static Permission everyone() { return Permission("public"); }
    /// Only from this machine, such as metrics.
    static Permission loopback() { return Permission("loopback"); }
    static Permission named(std::string name) { return Permission(std::move(name)); }
    const std::string& text() const { return text_; }

private:
    explicit Permission(std::string text) : text_(std::move(text)) {}
    std::string text_;
};

enum class Execution {
    pool,  ///< on a worker: may use the database and the network
    loop,  ///< on the loop thread: memory only, microseconds
};

enum class RateClass { pages, api, evaluate, capture, webhooks, login };
std::string_view to_text(RateClass rate_class);

enum class Caching {
    none,
    shared,  ///< a GET page that is the same for everybody; kept, compressed and answered on the loop
};

enum class Csrf {
    required,  ///< unsafe methods need a token of this session and our own Origin
    exempt,    ///< for programs: bearer tokens, signed webhooks
};

struct RouteLimits {
    std::size_t body_bytes = 64 * 1024;
    std::chrono::milliseconds timeout{10'000};
    RateClass rate_class = RateClass::pages;
};

using RouteHandler = std::function<Response(const Request&)>;

/// A route as data. The host owns the router and answers 404, 405 and HEAD by itself.
struct Route {
    Site site;
    Method method;
    std::string pattern;  ///< `/invoices/{id}`; a parameter is a whole segment
    Permission permission;
    RouteHandler handler;
    Execution execution = Execution::pool;
    Caching caching = Caching::none;
    Csrf csrf = Csrf::required;
    RouteLimits limits{};
    std::string summary{};  ///< one line for lists and API documents
};

Route get(Site site, std::string pattern, Permission permission, RouteHandler handler);
Route post(Site site, std::string pattern, Permission permission, RouteHandler handler);

/// Escapes the five characters that matter in HTML text and quoted attributes.
std::string escape_html(std::string_view text);
/// Percent-encodes everything but unreserved characters.
std::string encode_url(std::string_view text);
/// Decodes %XX (and, with `plus_is_space`, `+`). Nothing when an escape is broken.
std::optional<std::string> decode_url(std::string_view text, bool plus_is_space);

}  // namespace whatsflow::sdk
