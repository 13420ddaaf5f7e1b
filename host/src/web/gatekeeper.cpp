#include "web/gatekeeper.hpp"

#include "web/problems.hpp"

#include <whatsflow/sdk/wanted_page.hpp>

namespace whatsflow::web {
namespace {

constexpr std::string_view kPublic = "public";
constexpr std::string_view kLoopback = "loopback";
constexpr std::string_view kMetricsPermission = "metrics:read";

sdk::Response refuse(int status) {
    const auto problem = problem_of(status);
    return sdk::problem(status, problem.code, problem.detail);
}

sdk::Response ask_to_sign_in(const sdk::Request& request) {
    const bool reading = request.method == sdk::Method::get || request.method == sdk::Method::head;
    if (request.site != sdk::Site::api && reading && !prefers_json(request.site, request.headers)) {
        auto response = sdk::redirect_to("/login");
        if (const auto cookie = sdk::wanted_page_cookie(request)) response.header("Set-Cookie", *cookie);
        return response;
    }
    auto response = refuse(401);
    if (request.site == sdk::Site::api) response.header("WWW-Authenticate", "Bearer realm=\"api\"");
    return response;
}

}  // namespace

bool Gatekeeper::decides_from_memory(const sdk::Route& route, sdk::Method method) noexcept {
    return route.permission.text() == kPublic && (!is_unsafe(method) || route.csrf == sdk::Csrf::exempt);
}

std::shared_ptr<const sdk::Identity> Gatekeeper::recall(const sdk::Route& route, const sdk::Headers& headers) const {
    return KnownTokens::remembers(route) ? known_tokens_.find(headers) : nullptr;
}

std::optional<sdk::Response> Gatekeeper::admit(sdk::Request& request, const sdk::Route& route, const Client& client,
                                               const sdk::Identity* known) const {
    if (auto refusal = check_permission(request, route, client, known)) return refusal;
    return check_origin(request, route);
}

std::optional<sdk::Response> Gatekeeper::check_permission(sdk::Request& request, const sdk::Route& route,
                                                          const Client& client, const sdk::Identity* known) const {
    const auto& permission = route.permission.text();
    if (permission == kPublic) return std::nullopt;
    if (permission == kLoopback && client.loopback) return std::nullopt;

    auto identity = known ? sdk::Result<std::optional<sdk::Identity>>(std::optional{*known}) : identify(request);
    if (!identity) {
        dependencies_.log.warn("nobody could say who is asking",
                               {{"request_id", request.context.request_id}, {"code", identity.error().code}});
        return refuse(503);
    }
    if (permission == kLoopback)
        return *identity && (*identity)->may(std::string(kMetricsPermission)) ? std::nullopt
                                                                              : std::optional{refuse(403)};
    if (!*identity) return ask_to_sign_in(request);
    if (!known && KnownTokens::remembers(route)) known_tokens_.remember(request.headers, **identity);
    if (!(*identity)->may(permission)) return refuse(403);
    request.identity = std::move(*identity);
    request.context.tenant = request.identity->tenant;
    request.context.crossing.clear();  // nobody, staff included, looks at all tenants without asking to
    return std::nullopt;
}

std::optional<sdk::Response> Gatekeeper::check_origin(const sdk::Request& request, const sdk::Route& route) const {
    if (!is_unsafe(request.method) || route.csrf == sdk::Csrf::exempt) return std::nullopt;
    // A token in a header is not sent along by a browser on its own, so nothing can ride on it.
    if (request.identity && request.identity->kind == sdk::Identity::Kind::token) return std::nullopt;
    if (comes_from_elsewhere(request.headers, sites_.url(request.site), request.secure))
        return sdk::problem(403, "foreign_origin", "This request was made by another site and was not carried out.");
    if (!has_valid_token(request, route))
        return sdk::problem(403, "csrf_failed", "This page is too old to be sent. Load it again and retry.");
    return std::nullopt;
}

bool Gatekeeper::has_valid_token(const sdk::Request& request, const sdk::Route& route) const {
    const auto token = csrf_token_of(request);
    if (token.empty()) return false;
    if (request.identity) return tokens_.verify(token, session_binding(request.identity->session));
    const auto visitor = visitor_of(request.cookies, request.secure);
    if (visitor && tokens_.verify(token, visitor_binding(*visitor))) return true;
    if (route.permission.text() != kPublic) return false;
    // A form of a signed-in page may lead to a public route, such as /logout.
    const auto identity = identify(request);
    return identity && *identity && tokens_.verify(token, session_binding((*identity)->session));
}

sdk::Result<std::optional<sdk::Identity>> Gatekeeper::identify(const sdk::Request& request) const {
    if (!dependencies_.authenticator) return std::optional<sdk::Identity>{};
    const auto authenticator = dependencies_.authenticator(request.site);
    if (!authenticator) return std::optional<sdk::Identity>{};
    return authenticator.call(&sdk::Authenticator::identify, request);
}

}  // namespace whatsflow::web
