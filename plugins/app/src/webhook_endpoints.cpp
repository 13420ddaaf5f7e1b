#include "webhook_endpoints.hpp"

#include "webhook_signature.hpp"

namespace whatsflow::app {

using nlohmann::json;

namespace {

constexpr const char* kPurpose = "webhook";
constexpr const char* kColumns =
    "SELECT id, url, description, events, state, disabled_reason, failing_since_at, previous_until_at, created_at "
    "FROM app_webhook_endpoints WHERE tenant_id = :tenant";

std::optional<sdk::Instant> maybe_instant(const sdk::Row& row, std::string_view column) {
    if (row.is_null(column)) return std::nullopt;
    return row.instant(column);
}

WebhookEndpoint endpoint_from(const sdk::Row& row) {
    return {row.text("id"),
            row.text("url"),
            row.text("description"),
            json::parse(row.text("events")).get<std::vector<std::string>>(),
            row.text("state"),
            row.text("disabled_reason"),
            maybe_instant(row, "failing_since_at"),
            maybe_instant(row, "previous_until_at"),
            row.instant("created_at")};
}

json as_json(const EndpointInput& input) {
    return {{"url", input.url}, {"description", input.description}, {"events", input.events}};
}

}  // namespace

bool WebhookEndpoint::wants(std::string_view event) const {
    return events.empty() || std::ranges::find(events, event) != events.end();
}

sdk::Result<std::vector<WebhookEndpoint>> WebhookEndpoints::list(sdk::SqlExecutor& where,
                                                                 const sdk::CallContext& context) {
    const auto rows = where.query(context, std::string(kColumns) + " ORDER BY id");
    if (!rows) return rows.error();
    std::vector<WebhookEndpoint> endpoints;
    for (const auto& row : *rows) endpoints.push_back(endpoint_from(row));
    return endpoints;
}

sdk::Result<std::optional<WebhookEndpoint>> WebhookEndpoints::find(sdk::SqlExecutor& where,
                                                                   const sdk::CallContext& context,
                                                                   const std::string& id) {
    const auto row = where.query_one(context, std::string(kColumns) + " AND id = ?", {id});
    if (!row) return row.error();
    if (!*row) return std::optional<WebhookEndpoint>{};
    return std::optional{endpoint_from(**row)};
}

sdk::Result<void> WebhookEndpoints::audited(const sdk::Request& request, const std::string& action,
                                            const std::string& id, const std::string& url, json before, json after,
                                            const std::function<sdk::Result<std::int64_t>(sdk::Transaction&)>& change) {
    return host_.database().transaction(request.context, [&](sdk::Transaction& tx) -> sdk::Result<void> {
        if (const auto changed = change(tx); !changed) return changed.error();
        sdk::AuditEntry entry{
            .action = action, .subject = {"webhook_endpoint", id, url}, .tenant = request.context.tenant};
        entry.before = before;
        entry.after = after;
        return host_.audit().append(tx, request.context, sdk::actor_of(request), entry);
    });
}

sdk::Result<WebhookEndpoints::Created> WebhookEndpoints::create(const sdk::Request& request,
                                                                const EndpointInput& input) {
    Created created{sdk::make_uuid(), make_webhook_secret()};
    const auto sealed = host_.vault().seal(kPurpose, created.secret);
    if (!sealed) return sealed.error();
    const auto kept = audited(
        request, "webhooks.endpoint_created", created.id, input.url, nullptr, as_json(input),
        [&](sdk::Transaction& tx) {
            return tx.execute(
                request.context,
                "INSERT INTO app_webhook_endpoints (id, tenant_id, url, description, events, secret, "
                "state, disabled_reason, version, created_at) "
                "VALUES (?, :tenant, ?, ?, ?, ?, 'enabled', '', 1, ?)",
                {created.id, input.url, input.description, json(input.events).dump(), *sealed, host_.clock().now()});
        });
    if (!kept) return kept.error();
    return created;
}

sdk::Result<void> WebhookEndpoints::change(const sdk::Request& request, const WebhookEndpoint& before,
                                           const EndpointInput& input) {
    return audited(request, "webhooks.endpoint_changed", before.id, input.url,
                   as_json({before.url, before.description, before.events}), as_json(input), [&](sdk::Transaction& tx) {
                       return tx.execute(request.context,
                                         "UPDATE app_webhook_endpoints SET url = ?, description = ?, events = ?, "
                                         "failing_since_at = NULL, version = version + 1 "
                                         "WHERE tenant_id = :tenant AND id = ?",
                                         {input.url, input.description, json(input.events).dump(), before.id});
                   });
}

sdk::Result<void> WebhookEndpoints::set_enabled(const sdk::Request& request, const WebhookEndpoint& endpoint,
                                                bool enabled) {
    const std::string state = enabled ? "enabled" : "disabled";
    return audited(request, "webhooks.endpoint_" + state, endpoint.id, endpoint.url, {{"state", endpoint.state}},
                   {{"state", state}}, [&](sdk::Transaction& tx) {
                       return tx.execute(request.context,
                                         "UPDATE app_webhook_endpoints SET state = ?, disabled_reason = ?, "
                                         "failing_since_at = NULL, version = version + 1 "
                                         "WHERE tenant_id = :tenant AND id = ?",
                                         {state, enabled ? "" : "person", endpoint.id});
                   });
}

sdk::Result<sdk::Secret> WebhookEndpoints::rotate(const sdk::Request& request, const WebhookEndpoint& endpoint) {
    const auto secret = make_webhook_secret();
    const auto sealed = host_.vault().seal(kPurpose, secret);
    if (!sealed) return sealed.error();
    const auto kept = audited(
        request, "webhooks.secret_rotated", endpoint.id, endpoint.url, nullptr, nullptr,
        [&](sdk::Transaction& tx) -> sdk::Result<std::int64_t> {
            // In two statements: MariaDB would read a column that the same statement has set.
            const auto moved = tx.execute(request.context,
                                          "UPDATE app_webhook_endpoints SET previous_secret = secret, "
                                          "previous_until_at = ?, version = version + 1 "
                                          "WHERE tenant_id = :tenant AND id = ?",
                                          {host_.clock().now() + kBothSecretsFor, endpoint.id});
            if (!moved) return moved.error();
            return tx.execute(request.context,
                              "UPDATE app_webhook_endpoints SET secret = ? WHERE tenant_id = :tenant AND id = ?",
                              {*sealed, endpoint.id});
        });
    if (!kept) return kept.error();
    return secret;
}

sdk::Result<void> WebhookEndpoints::remove(const sdk::Request& request, const WebhookEndpoint& endpoint) {
    return audited(
        request, "webhooks.endpoint_removed", endpoint.id, endpoint.url,
        as_json({endpoint.url, endpoint.description, endpoint.events}), nullptr,
        [&](sdk::Transaction& tx) -> sdk::Result<std::int64_t> {
            const auto gone = tx.execute(
                request.context, "DELETE FROM app_webhook_deliveries WHERE tenant_id = :tenant AND endpoint_id = ?",
                {endpoint.id});
            if (!gone) return gone.error();
            return tx.execute(request.context, "DELETE FROM app_webhook_endpoints WHERE tenant_id = :tenant AND id = ?",
                              {endpoint.id});
        });
}

sdk::Result<void> WebhookEndpoints::succeeded(sdk::SqlExecutor& where, const sdk::CallContext& context,
                                              const std::string& id) {
    const auto done = where.execute(context,
                                    "UPDATE app_webhook_endpoints SET failing_since_at = NULL WHERE "
                                    "tenant_id = :tenant AND id = ? AND failing_since_at IS NOT NULL",
                                    {id});
    if (!done) return done.error();
    return sdk::ok();
}

sdk::Result<void> WebhookEndpoints::failed(sdk::SqlExecutor& where, const sdk::CallContext& context,
                                           const std::string& id) {
    const auto done = where.execute(context,
                                    "UPDATE app_webhook_endpoints SET failing_since_at = ? WHERE "
                                    "tenant_id = :tenant AND id = ? AND failing_since_at IS NULL",
                                    {host_.clock().now(), id});
    if (!done) return done.error();
    return sdk::ok();
}

sdk::Result<void> WebhookEndpoints::disable(sdk::SqlExecutor& where, const sdk::CallContext& context,
                                            const WebhookEndpoint& endpoint, const std::string& reason) {
    const auto done = where.execute(context,
                                    "UPDATE app_webhook_endpoints SET state = 'disabled', disabled_reason = ?, "
                                    "version = version + 1 WHERE tenant_id = :tenant AND id = ?",
                                    {reason, endpoint.id});
    if (!done) return done.error();
    sdk::AuditEntry entry{.action = "webhooks.endpoint_disabled",
                          .subject = {"webhook_endpoint", endpoint.id, endpoint.url},
                          .tenant = context.tenant};
    entry.before = {{"state", "enabled"}};
    entry.after = {{"state", "disabled"}, {"because", reason}};
    return host_.audit().append(where, context, sdk::Actor{}, entry);
}

sdk::Result<std::vector<sdk::Secret>> WebhookEndpoints::secrets(const sdk::CallContext& context,
                                                                const std::string& id) {
    const auto row = host_.database().query_one(context,
                                                "SELECT secret, previous_secret, previous_until_at FROM "
                                                "app_webhook_endpoints WHERE tenant_id = :tenant AND id = ?",
                                                {id});
    if (!row) return row.error();
    if (!*row) return sdk::fail("webhooks.no_endpoint", "The endpoint is gone.");
    std::vector<std::string> sealed{(*row)->text("secret")};
    const auto until = maybe_instant(**row, "previous_until_at");
    if (until && *until > host_.clock().now() && !(*row)->is_null("previous_secret"))
        sealed.push_back((*row)->text("previous_secret"));
    std::vector<sdk::Secret> secrets;
    for (const auto& text : sealed) {
        auto secret = host_.vault().open(kPurpose, text);
        if (!secret) return secret.error();
        secrets.push_back(std::move(*secret));
    }
    return secrets;
}

}  // namespace whatsflow::app
