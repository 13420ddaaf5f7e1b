/// \file
/// What the application side of HTTP is given: every collaborator by reference or function,
/// every choice of the operator as a plain value. Boot fills both; tests fill them with fakes.
#pragma once

#include "views/asset_source.hpp"
#include "views/renderer.hpp"
#include "web/page_cache.hpp"
#include "web/rate_limiter.hpp"
#include "web/site_table.hpp"

#include <whatsflow/sdk/logger.hpp>
#include <whatsflow/sdk/service.hpp>
#include <whatsflow/sdk/slots.hpp>
#include <whatsflow/sdk/time.hpp>

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace whatsflow::web {

/// Can this process serve? `checks` is the body of /readyz.
struct Readiness {
    bool ready = false;
    nlohmann::json checks = nlohmann::json::object();
};

/// One finished exchange, for the metrics. The views live for the length of the call.
struct RequestRecord {
    sdk::Site site = sdk::Site::landing;
    std::string_view method;
    std::string_view route;   ///< the pattern, `/assets/*`, or empty when none matched
    std::string_view plugin;  ///< who owns it; `host` for the host's own
    int status = 0;
    std::size_t bytes = 0;
    std::chrono::microseconds duration{};
    bool cached = false;
};

/// Where the pages of a site hear what is new.
struct LiveUpdates {
    std::string address;               ///< `/ws?site=app`, or `:2154/ws?site=app` on the page's host; empty: nowhere
    std::vector<std::string> origins;  ///< of the WebSocket, for the page's policy
};

struct WebDependencies {
    const views::Renderer& renderer;
    const views::AssetSource& assets;
    sdk::Logger& log;
    const sdk::Clock& clock;

    /// [pool-thread] Who knows the people of a site. An empty handle when nobody does.
    std::function<sdk::ServiceHandle<sdk::Authenticator>(sdk::Site)> authenticator{};
    /// [any thread; memory only] Never null.
    std::function<std::shared_ptr<const std::vector<sdk::Contribution>>(const sdk::SlotId&, sdk::Site)> contributions{};
    /// [any thread; memory only]
    std::function<LiveUpdates(sdk::Site)> live{};
    /// [loop-thread] Must not block: the caller keeps the answer of its last check.
    std::function<Readiness()> readiness{};
    /// [pool-thread] The text of /metrics in Prometheus' format.
    std::function<std::string()> metrics{};
    /// [pool-thread]
    Compress compress{};
    /// [any thread] Must not throw.
    std::function<void(const RequestRecord&)> observe{};
    /// [any thread] A handler of this plugin threw; `what` is for the log only.
    std::function<void(const std::string& plugin, std::string_view what)> fault{};
    std::function<std::chrono::steady_clock::time_point()> now = [] { return std::chrono::steady_clock::now(); };
};

struct WebOptions {
    std::vector<SiteEntry> sites;
    RateLimits rate_limits{};
    std::vector<std::string> trusted_proxies{};  ///< ranges such as 127.0.0.1/32
    std::vector<std::string> locales{"en"};      ///< the first is the fallback
    std::chrono::milliseconds page_max_age{60'000};
    /// Key of the CSRF tokens; the same on all nodes. Empty: a random one, which a restart forgets.
    std::string csrf_key{};
    bool access_log = true;
};

}  // namespace whatsflow::web
