#include "webhook_deliveries.hpp"

#include "words.hpp"

namespace whatsflow::app {
namespace {

constexpr const char* kDeliveryColumns =
    "SELECT id, endpoint_id, message_id, event, payload, state, attempts, last_status, last_error, last_response, "
    "last_duration_ms, last_tried_at, next_try_at, created_at FROM app_webhook_deliveries WHERE tenant_id = :tenant";

std::optional<sdk::Instant> instant_or_nothing(const sdk::Row& row, std::string_view column) {
    if (row.is_null(column)) return std::nullopt;
    return row.instant(column);
}

WebhookDelivery delivery_from(const sdk::Row& row) {
    return {row.text("id"),
            row.text("endpoint_id"),
            row.text("message_id"),
            row.text("event"),
            row.text("payload"),
            row.text("state"),
            row.integer("attempts"),
            row.integer("last_status"),
            row.text("last_error"),
            row.text("last_response"),
            row.integer("last_duration_ms"),
            instant_or_nothing(row, "last_tried_at"),
            instant_or_nothing(row, "next_try_at"),
            row.instant("created_at")};
}

sdk::JobRequest job_for(const sdk::CallContext& context, const std::string& id) {
    sdk::JobRequest job;
    job.kind = WebhookDeliveries::kJob;
    job.payload = {{"delivery", id}};
    job.tenant = context.tenant;
    return job;
}

}  // namespace

sdk::Result<std::optional<std::string>> WebhookDeliveries::add(sdk::Transaction& tx, const sdk::CallContext& context,
                                                               const std::string& endpoint,
                                                               const std::string& message_id, const std::string& event,
                                                               const std::string& payload, sdk::Instant now) {
    const auto known = tx.query_one(context,
                                    "SELECT id FROM app_webhook_deliveries WHERE tenant_id = :tenant AND "
                                    "endpoint_id = ? AND message_id = ?",
                                    {endpoint, message_id});
    if (!known) return known.error();
    if (*known) return std::optional<std::string>{};
    const auto id = sdk::make_uuid();
    const auto added = tx.execute(
        context,
        "INSERT INTO app_webhook_deliveries (id, tenant_id, endpoint_id, message_id, event, payload, state, attempts, "
        "last_status, last_error, last_response, last_duration_ms, created_at) "
        "VALUES (?, :tenant, ?, ?, ?, ?, 'waiting', 0, 0, '', '', 0, ?)",
        {id, endpoint, message_id, event, payload, now});
    if (!added) return added.error();
    if (const auto job = jobs_.enqueue(tx, context, job_for(context, id)); !job) return job.error();
    return std::optional{id};
}

sdk::Result<void> WebhookDeliveries::try_again(sdk::Transaction& tx, const sdk::CallContext& context,
                                               const std::string& id) {
    const auto done =
        tx.execute(context,
                   "UPDATE app_webhook_deliveries SET state = 'waiting', attempts = 0, next_try_at = NULL "
                   "WHERE tenant_id = :tenant AND id = ?",
                   {id});
    if (!done) return done.error();
    if (const auto job = jobs_.enqueue(tx, context, job_for(context, id)); !job) return job.error();
    return sdk::ok();
}

sdk::Result<void> WebhookDeliveries::record(sdk::SqlExecutor& where, const sdk::CallContext& context,
                                            const std::string& id, const std::string& state, const WebhookTry& outcome,
                                            std::optional<sdk::Instant> next_try_at) {
    const auto done =
        where.execute(context,
                      "UPDATE app_webhook_deliveries SET state = ?, attempts = attempts + 1, "
                      "last_status = ?, last_error = ?, last_response = ?, last_duration_ms = ?, "
                      "last_tried_at = ?, next_try_at = ? WHERE tenant_id = :tenant AND id = ?",
                      {state, outcome.status, shortened(outcome.error, 300), shortened(outcome.response, 2000),
                       outcome.duration_ms, outcome.at, sdk::DbValue(next_try_at), id});
    if (!done) return done.error();
    return sdk::ok();
}

sdk::Result<void> WebhookDeliveries::give_up(sdk::SqlExecutor& where, const sdk::CallContext& context,
                                             const std::string& id, const std::string& why) {
    const auto done = where.execute(context,
                                    "UPDATE app_webhook_deliveries SET state = 'failed', last_error = ?, "
                                    "next_try_at = NULL WHERE tenant_id = :tenant AND id = ?",
                                    {why, id});
    if (!done) return done.error();
    return sdk::ok();
}

sdk::Result<std::optional<WebhookDelivery>> WebhookDeliveries::find(const sdk::CallContext& context,
                                                                    const std::string& id) {
    const auto row = database_.query_one(context, std::string(kDeliveryColumns) + " AND id = ?", {id});
    if (!row) return row.error();
    if (!*row) return std::optional<WebhookDelivery>{};
    return std::optional{delivery_from(**row)};
}

sdk::Result<std::vector<WebhookDelivery>> WebhookDeliveries::list(const sdk::CallContext& context,
                                                                  const std::string& endpoint, const std::string& after,
                                                                  int limit) {
    std::string sql = std::string(kDeliveryColumns) + " AND endpoint_id = ?";
    sdk::DbValues values{endpoint};
    if (!after.empty()) {
        sql += " AND id < ?";
        values.emplace_back(after);
    }
    values.emplace_back(limit);
    const auto rows = database_.query(context, sql + " ORDER BY id DESC LIMIT ?", values);
    if (!rows) return rows.error();
    std::vector<WebhookDelivery> deliveries;
    for (const auto& row : *rows) deliveries.push_back(delivery_from(row));
    return deliveries;
}

}  // namespace whatsflow::app
