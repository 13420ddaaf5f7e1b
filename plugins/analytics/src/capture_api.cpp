#include "capture_api.hpp"

#include "core/body.hpp"
#include "core/posthog.hpp"
#include "core/umami.hpp"

namespace whatsflow::analytics {

using nlohmann::json;

namespace {

constexpr std::size_t kMostOfOne = 1 << 20;

/// `de` of `de-CH,de;q=0.9`.
std::string language_in(std::string_view header) {
    auto first = header.substr(0, header.find_first_of(",;"));
    return cut(first.substr(0, first.find('-')), 35);
}

sdk::Result<json> body_of(const sdk::Request& request) {
    const BodyForm form{request.headers.find("Content-Encoding").value_or(""),
                        request.headers.find("Content-Type").value_or(""),
                        request.query.find("compression").value_or("")};
    const auto text = unfold(request.body, form);
    if (!text) return text.error();
    return read_json(*text);
}

sdk::Response no_token(const std::optional<Site>& site) {
    if (!site) return sdk::problem(401, "unauthorized", "The token is missing, unknown or no longer valid.");
    return sdk::problem(403, "forbidden", "The token may not capture events: it needs the scope analytics:capture.");
}

sdk::Response take_posthog(const CaptureDesk& desk, const sdk::Request& request) {
    auto body = body_of(request);
    if (!body) return for_page(request, nullptr, refusal(body.error()));
    auto post = read_posthog(std::move(*body), request.query.get("token"));
    if (!post) return for_page(request, nullptr, refusal(post.error()));
    const auto site = desk.sites.of_secret(request.context, post->token);
    if (!site) return for_page(request, nullptr, refusal(site.error()));
    if (!*site || !(*site)->may_capture()) return for_page(request, nullptr, no_token(*site));
    const auto* token = &(*site)->token;
    if (is_foreign(request, *token)) return for_page(request, token, sdk::json({}));
    const auto arrival = arrival_of(desk, request, (*site)->number, token->id);
    if (!arrival) return for_page(request, token, refusal(arrival.error()));
    const auto events = events_of(std::move(*post), *arrival);
    if (!events) return for_page(request, token, refusal(events.error()));
    if (auto kept = desk.intake.accept(*events); !kept) return for_page(request, token, refusal(kept.error()));
    return for_page(request, token, sdk::json({{"status", 1}}));
}

sdk::Response take_umami(const CaptureDesk& desk, const sdk::Request& request) {
    auto body = body_of(request);
    if (!body) return for_page(request, nullptr, refusal(body.error()));
    const auto post = read_umami(std::move(*body));
    if (!post) return for_page(request, nullptr, refusal(post.error()));
    const auto site = desk.sites.of_id(request.context, post->website);
    if (!site) return for_page(request, nullptr, refusal(site.error()));
    if (!*site || !(*site)->may_capture())
        return for_page(request, nullptr,
                        refusal({"analytics.bad_event",
                                 "There is no such website.",
                                 {{"website", "unknown", "The id of a token with the scope analytics:capture."}}}));
    const auto* token = &(*site)->token;
    if (is_foreign(request, *token)) return for_page(request, token, sdk::json({}));
    const auto arrival = arrival_of(desk, request, (*site)->number, token->id);
    if (!arrival) return for_page(request, token, refusal(arrival.error()));
    const auto event = event_of(*post, *arrival);
    if (!event) return for_page(request, token, refusal(event.error()));
    if (auto kept = desk.intake.accept({*event}); !kept) return for_page(request, token, refusal(kept.error()));
    return for_page(request, token, sdk::json(umami_answer(*event)));
}

}  // namespace

sdk::Result<Arrival> arrival_of(const CaptureDesk& desk, const sdk::Request& request, std::int64_t site,
                                const std::string& site_id) {
    const auto keys = desk.keys.current(request.context);
    if (!keys) return keys.error();
    Arrival arrival;
    arrival.site = site;
    arrival.site_id = site_id;
    arrival.received = desk.host.clock().now();
    arrival.user_agent = request.headers.find("User-Agent").value_or("");
    arrival.address = request.remote_address;
    arrival.language = language_in(request.headers.find("Accept-Language").value_or(""));
    for (const char* name : {"Sec-Purpose", "Purpose"})
        if (request.headers.find(name).value_or("").find("prefetch") != std::string_view::npos)
            arrival.prefetched = true;
    if (desk.countries) arrival.country = desk.countries->of(request.remote_address);
    arrival.of_today = keys->of_today;
    arrival.lasting = keys->lasting;
    return arrival;
}

sdk::Response refusal(const sdk::Error& error) {
    if (error.code == "analytics.too_large") return sdk::problem(413, error);
    if (error.code.starts_with("analytics.bad_")) return sdk::problem(400, error);
    auto away = sdk::problem(503, "unavailable", "Events cannot be taken just now. Send them again.");
    away.header("Retry-After", "3");
    return away;
}

bool is_foreign(const sdk::Request& request, const sdk::ProgramToken& token) {
    const auto origin = request.headers.find("Origin");
    return origin && !token.origins.empty() && std::ranges::find(token.origins, *origin) == token.origins.end();
}

sdk::Response for_page(const sdk::Request& request, const sdk::ProgramToken* token, sdk::Response response) {
    const auto origin = request.headers.find("Origin");
    if (!origin) return response;
    if (token && is_foreign(request, *token))
        return sdk::problem(403, "foreign_origin", "This token is not for pages of this site.");
    return std::move(response.header("Access-Control-Allow-Origin", std::string(*origin))
                         .header("Access-Control-Expose-Headers", "Retry-After")
                         .header("Vary", "Origin"));
}

sdk::Result<void> capture_route(sdk::Host& host, std::string pattern, std::size_t body_bytes, std::string summary,
                                sdk::RouteHandler handler) {
    sdk::Route route{sdk::Site::api, sdk::Method::post, pattern, sdk::Permission::everyone(), std::move(handler)};
    route.csrf = sdk::Csrf::exempt;
    route.limits.rate_class = sdk::RateClass::capture;
    route.limits.body_bytes = body_bytes;
    route.limits.timeout = sdk::Milliseconds{15'000};
    route.summary = std::move(summary);
    if (auto done = host.route(std::move(route)); !done) return done;
    const auto preflight = [](const sdk::Request& request) {
        sdk::Response response(204);
        const auto origin = request.headers.find("Origin");
        if (!origin) return response;
        return response.header("Access-Control-Allow-Origin", std::string(*origin))
            .header("Access-Control-Allow-Methods", "POST")
            .header("Access-Control-Allow-Headers",
                    std::string(request.headers.find("Access-Control-Request-Headers").value_or("Content-Type")))
            .header("Access-Control-Max-Age", "600")
            .header("Vary", "Origin");
    };
    sdk::Route asked{sdk::Site::api, sdk::Method::options, std::move(pattern), sdk::Permission::everyone(), preflight};
    asked.csrf = sdk::Csrf::exempt;
    asked.execution = sdk::Execution::loop;
    asked.limits.rate_class = sdk::RateClass::capture;
    return host.route(std::move(asked));
}

sdk::Result<void> register_capture(const CaptureDesk& desk) {
    const auto posthog = [desk](const sdk::Request& request) { return take_posthog(desk, request); };
    for (const char* pattern : {"/capture", "/e", "/batch", "/i/v0/e"})
        if (auto done =
                capture_route(desk.host, pattern, kMostBytes, "Takes events as PostHog's clients send them", posthog);
            !done)
            return done;
    return capture_route(desk.host, "/api/send", kMostOfOne, "Takes an event as Umami's clients send it",
                         [desk](const sdk::Request& request) { return take_umami(desk, request); });
}

}  // namespace whatsflow::analytics
