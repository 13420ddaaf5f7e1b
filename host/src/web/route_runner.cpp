#include "web/route_runner.hpp"

#include "web/host_routes.hpp"
#include "web/security_headers.hpp"
#include "web/text.hpp"

namespace whatsflow::web {
namespace {

void default_header(http::WireReply& reply, std::string_view name, std::string value) {
    if (reply.headers.count(name) == 0) reply.headers.add(std::string(name), std::move(value));
}

/// Headers the wire or the host writes; a handler's own would contradict them.
bool is_ours(std::string_view name) {
    for (const std::string_view reserved :
         {"connection", "content-length", "date", "transfer-encoding", "server", "x-request-id", "keep-alive"})
        if (same_text(name, reserved)) return true;
    return false;
}

void copy_headers(const sdk::Response& response, http::WireReply& reply) {
    for (const auto& [name, value] : response.headers().entries())
        if (!is_ours(name)) reply.headers.add(name, value);
}

std::string cache_control_for(const Exchange& exchange, const sdk::Request& request) {
    if (request.identity || exchange.site == sdk::Site::api) return "no-store";
    return "private, no-cache";
}

}  // namespace

ErrorAudience RouteRunner::audience_of(const Exchange& exchange) {
    return {exchange.site,          exchange.locale,     exchange.request_id,
            exchange.client.secure, exchange.wants_json, exchange.head_only()};
}

PageFacts RouteRunner::facts_of(const sdk::Request& request) {
    return {.site = request.site,
            .locale = request.locale,
            .path = request.path,
            .request_id = request.context.request_id,
            .csrf_token = request.csrf_token,
            .identity = request.identity ? &*request.identity : nullptr};
}

http::WireReply RouteRunner::run(const Exchange& exchange, http::WireRequest& wire) const noexcept {
    try {
        return answer(exchange, wire);
    } catch (const std::exception& exception) {
        dependencies_.log.error("a request could not be answered",
                                {{"request_id", exchange.request_id}, {"what", exception.what()}});
    } catch (...) {
        dependencies_.log.error("a request could not be answered", {{"request_id", exchange.request_id}});
    }
    try {
        return errors_.standard(500, audience_of(exchange));
    } catch (...) {
        http::WireReply reply;
        reply.status = 500;
        reply.close = true;
        return reply;
    }
}

http::WireReply RouteRunner::answer(const Exchange& exchange, http::WireRequest& wire) const {
    const auto& route = exchange.match.entry->route;
    auto request = make_request(exchange, wire);
    if (const auto refusal = gatekeeper_.admit(request, route, exchange.client, exchange.known.get()))
        return present(exchange, request, *refusal);
    if (exchange.match.entry->plugin != kHostOwner)
        if (const auto closed = closing_.answer_for(request)) return present(exchange, request, *closed);

    std::optional<std::string> new_visitor;
    if (exchange.site == sdk::Site::api) {
        // Nobody fills in forms there.
    } else if (request.identity) {
        request.csrf_token = tokens_.make(session_binding(request.identity->session));
    } else {
        auto visitor = visitor_of(request.cookies, request.secure);
        if (!visitor) visitor = new_visitor = make_visitor();
        request.csrf_token = tokens_.make(visitor_binding(*visitor));
    }

    const auto response = call_handler(exchange, request);
    auto reply = present(exchange, request, response);
    // Only a page can carry the token that needs the cookie.
    if (new_visitor && std::holds_alternative<sdk::View>(response.body()))
        reply.headers.add("Set-Cookie", visitor_cookie(*new_visitor, request.secure));
    return reply;
}

std::shared_ptr<const CachedPage> RouteRunner::make_shared_page(const Exchange& exchange) const {
    sdk::Request request;
    request.site = exchange.site;
    request.path = exchange.target.path;
    request.parameters = exchange.match.parameters;
    request.secure = exchange.client.secure;
    request.locale = exchange.locale;

    const auto response = call_handler(exchange, request);
    if (response.status() != 200 || response.headers().count("set-cookie") > 0 || read_problem(response))
        return nullptr;
    if (std::holds_alternative<sdk::BodyStream>(response.body())) return nullptr;
    auto reply = present_body(exchange, request, response);
    if (!reply) return nullptr;
    default_header(*reply, "Cache-Control", "public, max-age=0, must-revalidate");
    if (has_several_locales_) reply->headers.add("Vary", "Accept-Language");
    auto page = make_cached_page(*reply->body, reply->headers, dependencies_.compress);
    page->route = exchange.match.entry->route.pattern;
    page->plugin = exchange.match.entry->plugin;
    return page;
}

sdk::Request RouteRunner::make_request(const Exchange& exchange, http::WireRequest& wire) const {
    sdk::Request request;
    request.site = exchange.site;
    request.method = exchange.method;
    request.path = exchange.target.path;
    request.query_string = exchange.target.query_string;
    request.parameters = exchange.match.parameters;
    request.query = exchange.target.query;
    request.cookies = parse_cookies(wire.headers);
    request.headers = std::move(wire.headers);
    request.body = std::move(wire.body);
    request.remote_address = exchange.client.address;
    request.secure = exchange.client.secure;
    request.locale = exchange.locale;
    request.context.request_id = exchange.request_id;
    const auto started =
        wire.received_at == std::chrono::steady_clock::time_point{} ? dependencies_.now() : wire.received_at;
    request.context.deadline = started + exchange.match.entry->route.limits.timeout;
    return request;
}

sdk::Response RouteRunner::call_handler(const Exchange& exchange, const sdk::Request& request) const {
    const auto& entry = *exchange.match.entry;
    const auto failed = [&](std::string_view what) {
        dependencies_.log.error("a handler failed", {{"request_id", exchange.request_id},
                                                     {"plugin", entry.plugin},
                                                     {"route", entry.route.pattern},
                                                     {"what", std::string(what)}});
        if (dependencies_.fault) dependencies_.fault(entry.plugin, what);
        const auto problem = problem_of(500);
        return sdk::problem(500, problem.code, problem.detail);
    };
    try {
        return entry.route.handler(request);
    } catch (const std::exception& exception) {
        return failed(exception.what());
    } catch (...) {
        return failed("threw something that is not a std::exception");
    }
}

http::WireReply RouteRunner::present(const Exchange& exchange, const sdk::Request& request,
                                     const sdk::Response& response) const {
    if (const auto problem = read_problem(response)) return present_problem(exchange, request, response, *problem);
    auto reply = present_body(exchange, request, response);
    if (!reply) return errors_.standard(500, audience_of(exchange));
    default_header(*reply, "Cache-Control", cache_control_for(exchange, request));
    reply->headers.add("X-Request-Id", exchange.request_id);
    return std::move(*reply);
}

http::WireReply RouteRunner::present_problem(const Exchange& exchange, const sdk::Request& request,
                                             const sdk::Response& response, const Problem& problem) const {
    auto reply = errors_.special(problem, audience_of(exchange), facts_of(request));
    for (const auto& [name, value] : response.headers().entries())
        if (!is_ours(name) && !same_text(name, "content-type") && !same_text(name, "cache-control"))
            reply.headers.add(name, value);
    if (problem.status == 429 || problem.status == 503) default_header(reply, "Retry-After", "5");
    return reply;
}

/// The stream as the wire wants it: it throws nothing, and why it broke off is in the log.
std::function<sdk::Result<std::string>()> RouteRunner::watched(const Exchange& exchange,
                                                               const sdk::BodyStream& stream) const {
    return [this, next = stream.next, id = exchange.request_id,
            plugin = exchange.match.entry->plugin]() -> sdk::Result<std::string> {
        const auto broke = [&](std::string_view code, std::string_view what) {
            dependencies_.log.error(
                "a stream broke off",
                {{"request_id", id}, {"plugin", plugin}, {"code", std::string(code)}, {"what", std::string(what)}});
            return sdk::fail("http.stream_broke", "The stream broke off.");
        };
        try {
            auto piece = next();
            if (piece) return piece;
            return broke(piece.error().code, piece.error().message);
        } catch (const std::exception& exception) {
            return broke("exception", exception.what());
        } catch (...) {
            return broke("exception", "threw something that is not a std::exception");
        }
    };
}

sdk::Result<http::WireReply> RouteRunner::present_body(const Exchange& exchange, const sdk::Request& request,
                                                       const sdk::Response& response) const {
    http::WireReply reply;
    reply.status = response.status();
    reply.head_only = exchange.head_only();
    copy_headers(response, reply);
    PageOrigins origins;
    if (const auto* view = std::get_if<sdk::View>(&response.body())) {
        auto facts = facts_of(request);
        facts.request = &request;
        auto around = model_.around(view->model, facts);
        origins = std::move(around.origins);
        auto html = dependencies_.renderer.render(
            *view, {.site = exchange.site, .locale = request.locale, .frame = std::move(around.frame)});
        if (!html) {
            dependencies_.log.error(
                "a page could not be rendered",
                {{"request_id", exchange.request_id}, {"view", view->name}, {"code", html.error().code}});
            return html.error();
        }
        default_header(reply, "Content-Type", "text/html; charset=utf-8");
        reply.body = std::make_shared<const std::string>(std::move(*html));
    } else if (const auto* stream = std::get_if<sdk::BodyStream>(&response.body())) {
        default_header(reply, "Content-Type", "application/octet-stream");
        reply.stream = watched(exchange, *stream);
    } else {
        const auto& text = std::get<std::string>(response.body());
        if (!text.empty()) default_header(reply, "Content-Type", "application/octet-stream");
        reply.body = std::make_shared<const std::string>(text);
    }
    if (const auto location = reply.headers.find("location"); location && !is_safe_location(*location)) {
        dependencies_.log.error("a redirect to an unsafe place was not sent",
                                {{"request_id", exchange.request_id}, {"plugin", exchange.match.entry->plugin}});
        return sdk::fail("http.unsafe_location", "The redirect leads to a place that is not allowed.");
    }
    add_security_headers(reply.headers, exchange.client.secure, origins);
    return reply;
}

}  // namespace whatsflow::web
