/// \file
/// The application side of HTTP: what the wire asks, answered by routes, pages and assets.
///
/// The way of a request is the order of this class: `on_head` finds out what it is and
/// whether it may go on, `on_request` answers from memory or hands work to the pool,
/// `finished` writes its log line. Routes can be swapped at any time; requests on their way
/// keep those they began with.
#pragma once

#include "http/application.hpp"
#include "web/dependencies.hpp"
#include "web/error_pages.hpp"
#include "web/gatekeeper.hpp"
#include "web/page_model.hpp"
#include "web/request_id.hpp"
#include "web/route_runner.hpp"

#include <atomic>
#include <memory>
#include <mutex>
#include <vector>

namespace whatsflow::web {

class WebApplication final : public http::Application {
public:
    /// Error `config.bad_range` for a trusted proxy that is no address range. The result
    /// must be outlived by what the dependencies refer to.
    [[nodiscard]] static sdk::Result<std::unique_ptr<WebApplication>> make(WebDependencies dependencies,
                                                                           WebOptions options);

    /// Replaces all routes of all plugins; the host's own are added. Kept pages are made
    /// anew. Errors: `route.invalid`, `route.conflict`; then the old routes stay. [any thread]
    [[nodiscard]] sdk::Result<void> set_routes(std::vector<RouteEntry> routes);
    /// Pages kept for everybody are made anew from now on. [any thread]
    void forget_pages();
    /// [any thread]
    RateLimiter& rate_limiter() noexcept { return rate_limiter_; }
    void set_rate_limits(const RateLimits& limits) noexcept { rate_limiter_.set_limits(limits); }
    /// /readyz says no from now on, so that balancers send nobody else. [any thread]
    void start_draining() noexcept { draining_.store(true); }
    /// Rows {site, method, pattern, permission, plugin, execution, caching, csrf, summary,
    /// limits: {rate_class, body_bytes, timeout_ms}}, by site, pattern and method.
    [[nodiscard]] nlohmann::json route_list() const;

    std::variant<http::BodyLimit, http::WireReply> on_head(const http::WireRequest& head) override;
    std::variant<http::WireReply, http::PoolWork> on_request(http::WireRequest request) override;
    http::WireReply refusal(int status, std::string_view reason, std::uint16_t local_port) override;
    http::WireReply overloaded(const http::WireRequest& request, std::string_view reason) override;
    void finished(const http::WireRequest& request, int status, std::size_t bytes,
                  std::chrono::microseconds duration) noexcept override;

    ~WebApplication() override;

private:
    using ExchangePtr = std::shared_ptr<Exchange>;

    WebApplication(WebDependencies dependencies, WebOptions options, std::vector<AddressRange> trusted);

    /// What the head says, or the reply that ends it.
    [[nodiscard]] std::variant<ExchangePtr, http::WireReply> open(const http::WireRequest& head);
    [[nodiscard]] std::optional<http::WireReply> check_rate(const Exchange& exchange, const http::WireRequest& head);
    [[nodiscard]] std::string name_request(const Client& client, const sdk::Headers& headers);
    [[nodiscard]] std::variant<http::WireReply, http::PoolWork> dispatch(const ExchangePtr& exchange,
                                                                         http::WireRequest request);
    [[nodiscard]] http::WireReply answer_asset(const Exchange& exchange, const sdk::Headers& headers) const;
    [[nodiscard]] http::WireReply answer_unrouted(const Exchange& exchange) const;
    [[nodiscard]] http::WireReply run_shared_page(const Exchange& exchange, http::WireRequest& request);
    [[nodiscard]] http::WireReply closing(int status, const ErrorAudience& audience) const;
    [[nodiscard]] std::shared_ptr<const Router> router() const;
    void write_access_line(const http::WireRequest& request, const RequestRecord& record, const Exchange* exchange);

    const WebDependencies dependencies_;
    const WebOptions options_;
    const SiteTable sites_;
    const ClientResolver clients_;
    const CsrfTokens csrf_tokens_;
    RequestIds request_ids_;
    RateLimiter rate_limiter_;
    PageCache pages_;
    const PageModel model_;
    ErrorPages errors_;
    const Gatekeeper gatekeeper_;
    const RouteRunner runner_;
    std::atomic<bool> draining_{false};
    mutable std::mutex router_mutex_;
    std::shared_ptr<const Router> router_;
};

}  // namespace whatsflow::web
