#include <whatsflow/sdk/pages.hpp>

#include <algorithm>

namespace whatsflow::sdk {
namespace {

int status_of(const PageErrors& errors, const Error& error) {
    const auto among = [&](const std::vector<std::string>& codes) {
        return std::ranges::find(codes, error.code) != codes.end();
    };
    if (among(errors.not_found)) return 404;
    if (among(errors.conflicts)) return 409;
    if (error.code.starts_with("http.")) return 400;
    if (error.code == "database.unavailable" || error.code == "plugin.unavailable") return 503;
    return error.code.starts_with(errors.plugin + ".") ? 422 : 500;
}

}  // namespace

Pages::Pages(Host& host, Site site, PageErrors errors) : host_(host), site_(site), errors_(std::move(errors)) {}

Pages& Pages::get(std::string path, std::string permission, std::string summary, PageHandler handler) {
    return add(
        sdk::get(site_, std::move(path), Permission::named(std::move(permission)), answering(std::move(handler))),
        std::move(summary));
}

Pages& Pages::post(std::string path, std::string permission, std::string summary, PageHandler handler,
                   std::size_t body_bytes) {
    auto route =
        sdk::post(site_, std::move(path), Permission::named(std::move(permission)), answering(std::move(handler)));
    if (body_bytes > 0) route.limits.body_bytes = body_bytes;
    return add(std::move(route), std::move(summary));
}

Pages& Pages::add(Route route, std::string summary) {
    route.summary = std::move(summary);
    if (result_) result_ = host_.route(std::move(route));
    return *this;
}

RouteHandler Pages::answering(PageHandler handler) const {
    return [&host = host_, errors = errors_, handler = std::move(handler)](const Request& request) {
        auto answer = handler(request);
        if (answer) return std::move(*answer);
        const auto& error = answer.error();
        const int status = status_of(errors, error);
        if (status == 404) return not_found();
        if (status < 500) return problem(status, error);
        host.log().error("a page failed", {{"path", request.path},
                                           {"request_id", request.context.request_id},
                                           {"code", error.code},
                                           {"why", error.message}});
        return problem(status, errors.plugin + ".failed", host.translate(request.locale, errors.failed_text));
    };
}

std::string fill_in(std::string text, const std::vector<std::pair<std::string, std::string>>& values) {
    for (const auto& [name, value] : values) {
        const auto placeholder = "{" + name + "}";
        for (auto at = text.find(placeholder); at != std::string::npos; at = text.find(placeholder, at + value.size()))
            text.replace(at, placeholder.size(), value);
    }
    return text;
}

}  // namespace whatsflow::sdk
