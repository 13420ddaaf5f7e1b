#include "program_requests.hpp"

#include "core/bucket.hpp"
#include "core/constraint.hpp"

#include <whatsflow/sdk/id.hpp>

#include <algorithm>

namespace whatsflow::flags {

Question completed(Context asked, const sdk::Request& request, const Served& served, std::string_view beside) {
    const bool settled = served.rules->is_settled_by(asked);
    const auto& environment = request.identity->environment;
    if (!asked.environment) asked.environment = environment;
    if (!asked.remote_address) asked.remote_address = request.remote_address;
    std::string tag;
    if (settled)
        tag = "\"" + std::to_string(served.revision) + "-c" +
              digest_of(environment + fingerprint_of(asked).append(beside)) + "\"";
    if (!asked.session_id) asked.session_id = sdk::make_uuid();
    return {std::move(asked), std::move(tag)};
}

sdk::Response answered_once(const sdk::Request& request, const Served& served, Context asked,
                            const std::function<std::string(const Context&)>& make, std::string_view beside) {
    auto [context, tag] = completed(std::move(asked), request, served, beside);
    if (!tag.empty() && has_already(request, tag)) return not_modified(tag);
    auto body = make(context);
    if (tag.empty()) {
        tag = "\"" + std::to_string(served.revision) + "-b" + digest_of(body) + "\"";
        if (has_already(request, tag)) return not_modified(tag);
    }
    return with_tag(tag, std::move(body));
}

sdk::Response for_origin(const sdk::Request& request, sdk::Response response) {
    const auto origin = request.headers.find("Origin");
    if (!origin || !request.identity || request.identity->origins.empty()) return response;
    const auto& allowed = request.identity->origins;
    if (std::ranges::find(allowed, *origin) == allowed.end())
        return sdk::problem(403, "foreign_origin", "This token is not for pages of this site.");
    return std::move(response.header("Access-Control-Allow-Origin", std::string(*origin))
                         .header("Access-Control-Expose-Headers", "ETag, Retry-After")
                         .header("Vary", "Origin"));
}

sdk::Route preflight(std::string pattern) {
    const auto answer = [](const sdk::Request& request) {
        sdk::Response response(204);
        const auto origin = request.headers.find("Origin");
        if (!origin) return response;
        return response.header("Access-Control-Allow-Origin", std::string(*origin))
            .header("Access-Control-Allow-Methods", "GET, POST")
            .header("Access-Control-Allow-Headers",
                    std::string(request.headers.find("Access-Control-Request-Headers").value_or("Authorization")))
            .header("Access-Control-Max-Age", "600")
            .header("Vary", "Origin");
    };
    return from_memory(sdk::Method::options, std::move(pattern), "public", answer);
}

bool has_already(const sdk::Request& request, std::string_view tag) {
    auto rest = request.headers.find("If-None-Match").value_or("");
    while (!rest.empty()) {
        const auto comma = rest.find(',');
        auto each = trimmed(rest.substr(0, comma));
        if (each.starts_with("W/")) each.remove_prefix(2);
        if (each == "*" || each == tag) return true;
        if (comma == std::string_view::npos) break;
        rest.remove_prefix(comma + 1);
    }
    return false;
}

sdk::Response not_modified(const std::string& tag) {
    sdk::Response same(304);
    same.header("ETag", tag).header("Cache-Control", "no-cache");
    return same;
}

sdk::Response with_tag(const std::string& tag, std::string body) {
    auto response = sdk::bytes(std::move(body), "application/json");
    response.header("ETag", tag).header("Cache-Control", "no-cache");
    return response;
}

sdk::Route for_programs(sdk::Method method, std::string pattern, const char* permission, sdk::RouteHandler handler) {
    const auto who =
        std::string_view(permission) == "public" ? sdk::Permission::everyone() : sdk::Permission::named(permission);
    sdk::Route route{sdk::Site::api, method, std::move(pattern), who, std::move(handler)};
    route.csrf = sdk::Csrf::exempt;
    route.limits.rate_class = sdk::RateClass::evaluate;
    route.limits.body_bytes = 1 << 20;
    return route;
}

sdk::Route from_memory(sdk::Method method, std::string pattern, const char* permission, sdk::RouteHandler handler) {
    auto route = for_programs(method, std::move(pattern), permission, std::move(handler));
    route.execution = sdk::Execution::loop;
    return route;
}

}  // namespace whatsflow::flags
