/// \file
/// Where tenants want to be told what happens. Every call is for the tenant of its context.
#pragma once

#include <whatsflow/sdk/host.hpp>
#include <whatsflow/sdk/secret.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace whatsflow::app {

struct WebhookEndpoint {
    std::string id;
    std::string url;
    std::string description;
    std::vector<std::string> events;  ///< empty: all
    std::string state;                ///< `enabled`, `disabled`
    std::string disabled_reason;      ///< `person`, `failing`, `gone`
    std::optional<sdk::Instant> failing_since;
    std::optional<sdk::Instant> previous_until;
    sdk::Instant created_at{};

    bool is_enabled() const { return state == "enabled"; }
    bool wants(std::string_view event) const;
};

/// What a form may set.
struct EndpointInput {
    std::string url;
    std::string description;
    std::vector<std::string> events;
};

class WebhookEndpoints {
public:
    /// After a new secret was made, the old one still signs for so long.
    static constexpr std::chrono::hours kBothSecretsFor{24};

    explicit WebhookEndpoints(sdk::Host& host) : host_(host) {}

    sdk::Result<std::vector<WebhookEndpoint>> list(sdk::SqlExecutor& where, const sdk::CallContext& context);
    sdk::Result<std::optional<WebhookEndpoint>> find(sdk::SqlExecutor& where, const sdk::CallContext& context,
                                                     const std::string& id);

    struct Created {
        std::string id;
        sdk::Secret secret;
    };
    // Changes by people, each with its entry in the audit log.
    sdk::Result<Created> create(const sdk::Request& request, const EndpointInput& input);
    sdk::Result<void> change(const sdk::Request& request, const WebhookEndpoint& before, const EndpointInput& input);
    sdk::Result<void> set_enabled(const sdk::Request& request, const WebhookEndpoint& endpoint, bool enabled);
    sdk::Result<sdk::Secret> rotate(const sdk::Request& request, const WebhookEndpoint& endpoint);
    sdk::Result<void> remove(const sdk::Request& request, const WebhookEndpoint& endpoint);

    // What deliveries do to an endpoint.
    sdk::Result<void> succeeded(sdk::SqlExecutor& where, const sdk::CallContext& context, const std::string& id);
    sdk::Result<void> failed(sdk::SqlExecutor& where, const sdk::CallContext& context, const std::string& id);
    sdk::Result<void> disable(sdk::SqlExecutor& where, const sdk::CallContext& context, const WebhookEndpoint& endpoint,
                              const std::string& reason);
    /// The secrets that sign now: one, or two for a day after a change.
    sdk::Result<std::vector<sdk::Secret>> secrets(const sdk::CallContext& context, const std::string& id);

private:
    sdk::Result<void> audited(const sdk::Request& request, const std::string& action, const std::string& id,
                              const std::string& url, nlohmann::json before, nlohmann::json after,
                              const std::function<sdk::Result<std::int64_t>(sdk::Transaction&)>& change);

    sdk::Host& host_;
};

}  // namespace whatsflow::app
