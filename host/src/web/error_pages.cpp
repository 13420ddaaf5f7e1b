#include "web/error_pages.hpp"

namespace whatsflow::web {
namespace {

/// Stands in the kept page where the request id goes. No escaping changes it.
constexpr std::string_view kPlaceholder = "request-id-goes-here";

void fill_in(std::string& html, std::string_view request_id) {
    for (auto at = html.find(kPlaceholder); at != std::string::npos; at = html.find(kPlaceholder, at)) {
        html.replace(at, kPlaceholder.size(), request_id);
        at += request_id.size();
    }
}

http::WireReply make_reply(const ErrorAudience& audience, int status, std::string body, std::string content_type,
                           const PageOrigins& origins) {
    http::WireReply reply;
    reply.status = status;
    reply.head_only = audience.head_only;
    reply.headers.add("Content-Type", std::move(content_type));
    reply.headers.add("Cache-Control", "no-store");
    reply.headers.add("X-Request-Id", audience.request_id);
    add_security_headers(reply.headers, audience.secure, origins);
    reply.body = std::make_shared<const std::string>(std::move(body));
    return reply;
}

}  // namespace

http::WireReply ErrorPages::standard(int status, const ErrorAudience& audience) const {
    if (audience.wants_json)
        return make_reply(audience, status, to_json(problem_of(status), audience.request_id),
                          "application/problem+json", {});
    const auto page = page_for(status, audience);
    auto html = page->html;
    fill_in(html, audience.request_id);
    return make_reply(audience, status, std::move(html), "text/html; charset=utf-8", page->origins);
}

http::WireReply ErrorPages::special(const Problem& problem, const ErrorAudience& audience,
                                    const PageFacts& facts) const {
    if (audience.wants_json)
        return make_reply(audience, problem.status, to_json(problem, audience.request_id), "application/problem+json",
                          {});
    const auto page = render(problem, facts);
    return make_reply(audience, problem.status, page.html, "text/html; charset=utf-8", page.origins);
}

void ErrorPages::forget() {
    const std::lock_guard lock(mutex_);
    pages_.clear();
}

std::shared_ptr<const ErrorPages::Page> ErrorPages::page_for(int status, const ErrorAudience& audience) const {
    const Key key{audience.site, audience.locale, status};
    const auto generation = dependencies_.renderer.generation();
    {
        const std::lock_guard lock(mutex_);
        if (const auto found = pages_.find(key); found != pages_.end() && found->second->generation == generation)
            return found->second;
    }
    auto page = std::make_shared<Page>(
        render(problem_of(status),
               PageFacts{.site = audience.site, .locale = audience.locale, .request_id = std::string(kPlaceholder)}));
    page->generation = generation;
    const std::lock_guard lock(mutex_);
    return pages_[key] = std::move(page);
}

ErrorPages::Page ErrorPages::render(const Problem& problem, const PageFacts& facts) const {
    Page page;
    try {
        const sdk::View view{"error", to_model(problem, facts.request_id)};
        auto around = model_.around(view.model, facts);
        page.origins = std::move(around.origins);
        auto html = dependencies_.renderer.render(
            view, {.site = facts.site, .locale = facts.locale, .frame = std::move(around.frame)});
        if (html) {
            page.html = std::move(*html);
            return page;
        }
        dependencies_.log.error("the error page could not be rendered",
                                {{"code", html.error().code}, {"reason", html.error().message}});
    } catch (const std::exception& exception) {
        dependencies_.log.error("the error page could not be rendered", {{"what", exception.what()}});
    }
    page.html = plain_page(problem, facts.request_id);
    page.origins = {};
    return page;
}

}  // namespace whatsflow::web
