#include "web/web_application.hpp"

#include "security/random.hpp"
#include "web/asset_replies.hpp"
#include "web/host_routes.hpp"
#include "web/locale.hpp"
#include "web/text.hpp"

namespace whatsflow::web {
namespace {

constexpr std::size_t kBodyOfUnroutedRequest = 64 * 1024;
/// Several programs may share an address; what it may ask in all is this many times a token's.
constexpr double kTokensPerAddress = 10;

const std::shared_ptr<Exchange> exchange_of(const http::WireRequest& request) {
    return std::static_pointer_cast<Exchange>(request.note);
}

std::string csrf_key_of(const WebOptions& options) {
    return options.csrf_key.empty() ? security::random_bytes(32) : options.csrf_key;
}

bool is_program_class(sdk::RateClass rate_class) {
    return rate_class == sdk::RateClass::api || rate_class == sdk::RateClass::evaluate ||
           rate_class == sdk::RateClass::capture;
}

/// A number, not the token: limits must not keep secrets in memory.
std::optional<std::string> token_key_of(const sdk::Headers& headers) {
    for (const std::string_view name : {"authorization", "x-api-key"})
        if (const auto token = headers.find(name)) return "#" + std::to_string(std::hash<std::string_view>{}(*token));
    return std::nullopt;
}

}  // namespace

sdk::Result<std::unique_ptr<WebApplication>> WebApplication::make(WebDependencies dependencies, WebOptions options) {
    std::vector<AddressRange> trusted;
    for (const auto& text : options.trusted_proxies) {
        auto range = AddressRange::parse(text);
        if (!range) return range.error();
        trusted.push_back(*range);
    }
    if (options.locales.empty()) options.locales.emplace_back("en");
    std::unique_ptr<WebApplication> application(
        new WebApplication(std::move(dependencies), std::move(options), std::move(trusted)));
    if (auto routed = application->set_routes({}); !routed) return routed.error();
    return application;
}

WebApplication::WebApplication(WebDependencies dependencies, WebOptions options, std::vector<AddressRange> trusted)
    : dependencies_(std::move(dependencies)),
      options_(std::move(options)),
      sites_(options_.sites),
      clients_(std::move(trusted)),
      csrf_tokens_(csrf_key_of(options_)),
      rate_limiter_(options_.rate_limits, dependencies_.now),
      pages_(options_.page_max_age, dependencies_.now),
      model_(dependencies_, sites_),
      errors_(dependencies_, model_),
      gatekeeper_(dependencies_, sites_, csrf_tokens_),
      runner_(dependencies_, model_, errors_, gatekeeper_, csrf_tokens_, options_.locales.size() > 1) {}

WebApplication::~WebApplication() = default;

sdk::Result<void> WebApplication::set_routes(std::vector<RouteEntry> routes) {
    auto all = make_host_routes(dependencies_, sites_, draining_, routes);
    std::ranges::move(routes, std::back_inserter(all));
    auto built = Router::build(std::move(all));
    if (!built) return built.error();
    {
        const std::lock_guard lock(router_mutex_);
        router_.swap(*built);
    }
    forget_pages();
    return sdk::ok();
}

void WebApplication::forget_pages() {
    pages_.start_new_epoch();
    errors_.forget();
}

std::shared_ptr<const Router> WebApplication::router() const {
    const std::lock_guard lock(router_mutex_);
    return router_;
}

std::string WebApplication::name_request(const Client& client, const sdk::Headers& headers) {
    if (client.via_proxy)
        if (const auto given = headers.find("x-request-id"); given && is_request_id(*given)) return std::string(*given);
    return request_ids_.next();
}

std::variant<WebApplication::ExchangePtr, http::WireReply> WebApplication::open(const http::WireRequest& head) {
    auto exchange = std::make_shared<Exchange>();
    exchange->client = clients_.resolve(head.peer_address, head.headers);
    exchange->request_id = name_request(exchange->client, head.headers);
    exchange->locale = choose_locale(head.headers.find("accept-language"), options_.locales);

    auto site = sites_.find(head.local_port, head.headers.find("host").value_or(""));
    const bool known_host = site.has_value();
    if (!known_host) site = sites_.first_of(head.local_port);
    exchange->site = site.value_or(sdk::Site::landing);
    exchange->wants_json = prefers_json(exchange->site, head.headers);
    head.note = exchange;
    if (!known_host && !(site && is_probe(head.target))) return closing(421, RouteRunner::audience_of(*exchange));

    const auto method = parse_method(head.method);
    if (!method) return closing(501, RouteRunner::audience_of(*exchange));
    exchange->method = *method;

    const bool reading = *method == sdk::Method::get || *method == sdk::Method::head;
    if (reading && is_plain_path(head.target)) {
        const PageKey key{exchange->site, exchange->client.secure, exchange->locale, head.target};
        exchange->cached_page = pages_.find(key, dependencies_.renderer.generation());
        if (exchange->cached_page) return exchange;
    }

    auto target = parse_target(head.target);
    if (!target) return closing(400, RouteRunner::audience_of(*exchange));
    exchange->target = std::move(*target);
    exchange->is_asset = reading && exchange->target.path.starts_with(kAssetPrefix);
    if (!exchange->is_asset) {
        exchange->router = router();
        exchange->match = exchange->router->find(exchange->site, *method, exchange->target.segments);
    }
    return exchange;
}

std::variant<http::BodyLimit, http::WireReply> WebApplication::on_head(const http::WireRequest& head) {
    auto opened = open(head);
    if (auto* reply = std::get_if<http::WireReply>(&opened)) return std::move(*reply);
    const auto& exchange = *std::get<ExchangePtr>(opened);
    if (exchange.cached_page || exchange.is_asset) return http::BodyLimit{kBodyOfUnroutedRequest};
    if (auto limited = check_rate(exchange, head)) return std::move(*limited);
    return http::BodyLimit{exchange.match.entry ? exchange.match.entry->route.limits.body_bytes
                                                : kBodyOfUnroutedRequest};
}

std::optional<http::WireReply> WebApplication::check_rate(const Exchange& exchange, const http::WireRequest& head) {
    if (is_probe(exchange.target.path)) return std::nullopt;
    const auto unrouted = exchange.site == sdk::Site::api ? sdk::RateClass::api : sdk::RateClass::pages;
    const auto rate_class = exchange.match.entry ? exchange.match.entry->route.limits.rate_class : unrouted;

    const auto address = limit_key_of(exchange.client.address);
    const auto token = is_program_class(rate_class) ? token_key_of(head.headers) : std::nullopt;
    auto wait = rate_limiter_.take(rate_class, address, token ? kTokensPerAddress : 1);
    if (!wait && token) wait = rate_limiter_.take(rate_class, *token);
    if (!wait) return std::nullopt;
    auto reply = errors_.standard(429, RouteRunner::audience_of(exchange));
    reply.headers.add("Retry-After", std::to_string(wait->count()));
    return reply;
}

std::variant<http::WireReply, http::PoolWork> WebApplication::on_request(http::WireRequest request) {
    auto exchange = exchange_of(request);
    if (!exchange) {
        auto opened = open(request);
        if (auto* reply = std::get_if<http::WireReply>(&opened)) return std::move(*reply);
        exchange = std::get<ExchangePtr>(opened);
    }
    if (exchange->cached_page) {
        auto reply = exchange->cached_page->reply(request.headers, exchange->head_only());
        reply.headers.add("X-Request-Id", exchange->request_id);
        return reply;
    }
    if (exchange->is_asset) return answer_asset(*exchange, request.headers);
    if (!exchange->match.entry) return answer_unrouted(*exchange);
    return dispatch(exchange, std::move(request));
}

std::variant<http::WireReply, http::PoolWork> WebApplication::dispatch(const ExchangePtr& exchange,
                                                                       http::WireRequest request) {
    const auto& entry = *exchange->match.entry;
    const auto& route = entry.route;
    exchange->known = gatekeeper_.recall(route, request.headers);
    if (route.execution == sdk::Execution::loop &&
        (exchange->known || Gatekeeper::decides_from_memory(route, exchange->method)))
        return runner_.run(*exchange, request);

    const bool shared = route.caching == sdk::Caching::shared && is_plain_path(request.target);
    // std::function wants to be copyable, the request must not be copied.
    auto owned = std::make_shared<http::WireRequest>(std::move(request));
    return http::PoolWork{[this, exchange, owned, shared] {
                              return shared ? run_shared_page(*exchange, *owned) : runner_.run(*exchange, *owned);
                          },
                          route.limits.timeout, entry.plugin};
}

http::WireReply WebApplication::run_shared_page(const Exchange& exchange, http::WireRequest& request) {
    const PageKey key{exchange.site, exchange.client.secure, exchange.locale, request.target};
    const auto page = pages_.find_or_make(key, dependencies_.renderer.generation(),
                                          [&] { return runner_.make_shared_page(exchange); });
    // What cannot be kept (a problem, a redirect) is answered for this request alone.
    if (!page) return runner_.run(exchange, request);
    auto reply = page->reply(request.headers, exchange.head_only());
    reply.headers.add("X-Request-Id", exchange.request_id);
    return reply;
}

http::WireReply WebApplication::answer_asset(const Exchange& exchange, const sdk::Headers& headers) const {
    const auto asset = dependencies_.assets.find(exchange.target.path);
    if (!asset) return errors_.standard(404, RouteRunner::audience_of(exchange));
    auto reply = asset_reply(*asset, headers, exchange.head_only(), exchange.client.secure);
    reply.headers.add("X-Request-Id", exchange.request_id);
    return reply;
}

http::WireReply WebApplication::answer_unrouted(const Exchange& exchange) const {
    const auto& allowed = exchange.match.allowed;
    if (allowed.empty()) return errors_.standard(404, RouteRunner::audience_of(exchange));
    if (exchange.method != sdk::Method::options) {
        auto reply = errors_.standard(405, RouteRunner::audience_of(exchange));
        reply.headers.add("Allow", allow_header(allowed));
        return reply;
    }
    http::WireReply reply;
    reply.status = 204;
    reply.headers.add("Allow", allow_header(allowed));
    reply.headers.add("X-Request-Id", exchange.request_id);
    add_security_headers(reply.headers, exchange.client.secure, {});
    return reply;
}

http::WireReply WebApplication::closing(int status, const ErrorAudience& audience) const {
    auto reply = errors_.standard(status, audience);
    reply.close = true;
    return reply;
}

http::WireReply WebApplication::refusal(int status, std::string_view reason, std::uint16_t local_port) {
    ErrorAudience audience;
    audience.site = sites_.first_of(local_port).value_or(sdk::Site::api);
    audience.locale = options_.locales.front();
    audience.request_id = request_ids_.next();
    audience.wants_json = audience.site == sdk::Site::api;
    dependencies_.log.debug(
        "a request was refused",
        {{"request_id", audience.request_id}, {"status", std::to_string(status)}, {"reason", std::string(reason)}});
    return closing(status, audience);
}

http::WireReply WebApplication::overloaded(const http::WireRequest& request, std::string_view reason) {
    ErrorAudience audience;
    if (const auto exchange = exchange_of(request)) {
        audience = RouteRunner::audience_of(*exchange);
    } else {
        audience.site = sites_.find(request.local_port, request.headers.find("host").value_or(""))
                            .value_or(sites_.first_of(request.local_port).value_or(sdk::Site::api));
        audience.request_id = request_ids_.next();
        audience.wants_json = prefers_json(audience.site, request.headers);
    }
    dependencies_.log.warn("a request was turned away",
                           {{"request_id", audience.request_id}, {"reason", std::string(reason)}});
    auto reply = errors_.standard(503, audience);
    reply.headers.add("Retry-After", "2");
    return reply;
}

}  // namespace whatsflow::web
