#include "routes.hpp"

#include <algorithm>

namespace whatsflow::accounts {
namespace {

int status_of(const sdk::Error& error) {
    if (error.code == "accounts.not_found") return 404;
    if (error.code.starts_with("http.")) return 400;
    if (error.code == "database.unavailable" || error.code == "plugin.unavailable") return 503;
    return 500;
}

sdk::Permission permission_of(std::string name) {
    return name == "public" ? sdk::Permission::everyone() : sdk::Permission::named(std::move(name));
}

sdk::Response answer_for(const Office& office, const sdk::Request& request, const sdk::Error& error) {
    const int status = status_of(error);
    if (status == 404) return sdk::not_found();
    if (status == 400) return sdk::problem(400, error);
    office.host().log().error("a page failed", {{"path", request.path},
                                                {"request_id", request.context.request_id},
                                                {"code", error.code},
                                                {"why", error.message}});
    return sdk::problem(status, "accounts.failed", office.text(request.locale, "problem"));
}

}  // namespace

Routes& Routes::get(std::string path, std::string permission, std::string summary, Page page) {
    return add(sdk::get(site_, std::move(path), permission_of(std::move(permission)), handler(std::move(page))),
               std::move(summary));
}

Routes& Routes::post(std::string path, std::string permission, std::string summary, Page page) {
    return add(sdk::post(site_, std::move(path), permission_of(std::move(permission)), handler(std::move(page))),
               std::move(summary));
}

Routes& Routes::sign_in_post(std::string path, std::string permission, std::string summary, Page page) {
    auto route = sdk::post(site_, std::move(path), permission_of(std::move(permission)), handler(std::move(page)));
    route.limits.rate_class = sdk::RateClass::login;
    route.limits.body_bytes = 16 * 1024;
    return add(std::move(route), std::move(summary));
}

Routes& Routes::add(sdk::Route route, std::string summary) {
    route.summary = std::move(summary);
    if (result_) result_ = office_.host().route(std::move(route));
    return *this;
}

sdk::RouteHandler Routes::handler(Page page) {
    return [&office = office_, page = std::move(page)](const sdk::Request& request) {
        auto answer = page(office, request);
        return answer ? std::move(*answer) : answer_for(office, request, answer.error());
    };
}

sdk::Error nothing_there() {
    return sdk::fail("accounts.not_found", "There is nothing here.");
}

std::string own_path(std::string_view wanted, std::string fallback) {
    const bool plain = std::ranges::all_of(wanted, [](unsigned char c) { return c > 0x20 && c != 0x7f && c != '\\'; });
    if (!plain || wanted.empty() || wanted.size() > 500 || wanted.front() != '/') return fallback;
    if (wanted.size() > 1 && wanted[1] == '/') return fallback;
    return std::string(wanted);
}

}  // namespace whatsflow::accounts
