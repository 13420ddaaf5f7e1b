/// \file
/// The log of deliveries: one row an event and endpoint, with what the receiver said last. Every
/// call is for the tenant of its context.
#pragma once

#include <whatsflow/sdk/database.hpp>
#include <whatsflow/sdk/jobs.hpp>

#include <optional>
#include <string>
#include <vector>

namespace whatsflow::app {

struct WebhookDelivery {
    std::string id;
    std::string endpoint_id;
    std::string message_id;
    std::string event;
    std::string payload;
    std::string state;  ///< `waiting`, `retrying`, `delivered`, `failed`
    std::int64_t attempts = 0;
    std::int64_t last_status = 0;  ///< 0: no answer
    std::string last_error;
    std::string last_response;
    std::int64_t last_duration_ms = 0;
    std::optional<sdk::Instant> last_tried_at;
    std::optional<sdk::Instant> next_try_at;
    sdk::Instant created_at{};
};

/// What one try came to.
struct WebhookTry {
    std::int64_t status = 0;
    std::string error;
    std::string response;
    std::int64_t duration_ms = 0;
    sdk::Instant at{};

    bool was_accepted() const { return status >= 200 && status < 300; }
};

class WebhookDeliveries {
public:
    static constexpr const char* kJob = "app.deliver_webhook";

    WebhookDeliveries(sdk::Database& database, sdk::Jobs& jobs) : database_(database), jobs_(jobs) {}

    /// Adds the delivery and its job. Nothing when the endpoint has this message already.
    sdk::Result<std::optional<std::string>> add(sdk::Transaction& tx, const sdk::CallContext& context,
                                                const std::string& endpoint, const std::string& message_id,
                                                const std::string& event, const std::string& payload, sdk::Instant now);
    /// The same message once more, under its own id: receivers recognise the repeat.
    sdk::Result<void> try_again(sdk::Transaction& tx, const sdk::CallContext& context, const std::string& id);
    sdk::Result<void> record(sdk::SqlExecutor& where, const sdk::CallContext& context, const std::string& id,
                             const std::string& state, const WebhookTry& outcome,
                             std::optional<sdk::Instant> next_try_at);
    sdk::Result<void> give_up(sdk::SqlExecutor& where, const sdk::CallContext& context, const std::string& id,
                              const std::string& why);

    sdk::Result<std::optional<WebhookDelivery>> find(const sdk::CallContext& context, const std::string& id);
    /// Newest first, older than `after` when given.
    sdk::Result<std::vector<WebhookDelivery>> list(const sdk::CallContext& context, const std::string& endpoint,
                                                   const std::string& after, int limit);

private:
    sdk::Database& database_;
    sdk::Jobs& jobs_;
};

}  // namespace whatsflow::app
