#include "outbox/retries.hpp"

#include "background/sql_list.hpp"

namespace whatsflow::outbox {

sdk::Result<std::set<std::string>> Retries::held_up(const sdk::CallContext& context, const std::string& subscriber) {
    auto rows = database_.query(context,
                                "SELECT DISTINCT tenant FROM core_outbox_retries "
                                "WHERE subscriber = ? AND parked_at IS NULL AND tenant <> ''",
                                {subscriber});
    if (!rows) return rows.error();
    std::set<std::string> tenants;
    for (const auto& row : *rows) tenants.insert(row.text("tenant"));
    return tenants;
}

sdk::Result<std::vector<Retry>> Retries::due(const sdk::CallContext& context, const std::string& subscriber, int most) {
    static const auto sql = std::string("SELECT r.id AS retry, r.attempts AS attempts, ") + kEventColumns +
                            " FROM core_outbox_retries r JOIN core_outbox_events e ON e.id = r.event_id "
                            "WHERE r.subscriber = ? AND r.next_at <= ? ORDER BY r.next_at, r.position LIMIT ?";
    auto rows = database_.query(context, sql, {subscriber, clock_.now(), most});
    if (!rows) return rows.error();
    std::vector<Retry> retries;
    for (const auto& row : *rows)
        retries.push_back({row.text("retry"), static_cast<int>(row.integer("attempts")), read_stored_event(row)});
    return retries;
}

sdk::Result<std::set<std::string>> Retries::subscribers_due(const sdk::CallContext& context) {
    auto rows =
        database_.query(context,
                        "SELECT subscriber, MIN(next_at) AS first FROM core_outbox_retries WHERE next_at IS NOT NULL "
                        "GROUP BY subscriber");
    if (!rows) return rows.error();
    std::set<std::string> subscribers;
    for (const auto& row : *rows)
        if (row.integer("first") <= sdk::to_micros(clock_.now())) subscribers.insert(row.text("subscriber"));
    return subscribers;
}

sdk::Result<void> Retries::add(sdk::SqlExecutor& where, const sdk::CallContext& context, const std::string& subscriber,
                               const StoredEvent& event, int attempts, sdk::DbValue next_at, sdk::DbValue parked_at,
                               const std::string& reason) {
    auto done = where.execute(context,
                              "INSERT INTO core_outbox_retries (id, subscriber, event_id, position, tenant, attempts, "
                              "next_at, parked_at, error) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                              {sdk::make_uuid(), subscriber, event.id, event.position, event.tenant, attempts,
                               std::move(next_at), std::move(parked_at), background::shortened(reason)});
    return done ? sdk::ok() : done.error();
}

sdk::Result<void> Retries::add_failed(sdk::SqlExecutor& where, const sdk::CallContext& context,
                                      const std::string& subscriber, const StoredEvent& event,
                                      const std::string& reason) {
    const auto now = clock_.now();
    if (plan_.most_attempts <= 1) return add(where, context, subscriber, event, 1, nullptr, now, reason);
    return add(where, context, subscriber, event, 1, now + background::pause_after(1, plan_.pause), nullptr, reason);
}

sdk::Result<void> Retries::add_waiting(sdk::SqlExecutor& where, const sdk::CallContext& context,
                                       const std::string& subscriber, const StoredEvent& event) {
    return add(where, context, subscriber, event, 0, nullptr, nullptr, "");
}

sdk::Result<bool> Retries::remove(sdk::Transaction& tx, const sdk::CallContext& context, const std::string& subscriber,
                                  const Retry& retry) {
    auto removed =
        tx.execute(context, "DELETE FROM core_outbox_retries WHERE id = ? AND attempts = ? AND next_at IS NOT NULL",
                   {retry.id, retry.attempts});
    if (!removed) return removed.error();
    if (*removed == 0) return false;
    if (auto next = let_next_go(tx, context, subscriber, retry.event.tenant); !next) return next.error();
    return true;
}

sdk::Result<bool> Retries::put_off(const sdk::CallContext& context, const std::string& subscriber, const Retry& retry,
                                   const std::string& reason) {
    const auto now = clock_.now();
    const int attempts = retry.attempts + 1;
    const bool last = attempts >= plan_.most_attempts;
    auto done = database_.transaction(context, [&](sdk::Transaction& tx) -> sdk::Result<void> {
        const sdk::DbValue next = last ? sdk::DbValue() : now + background::pause_after(attempts, plan_.pause);
        const sdk::DbValue parked = last ? now : sdk::DbValue();
        auto changed = tx.execute(context,
                                  "UPDATE core_outbox_retries SET attempts = ?, next_at = ?, parked_at = ?, error = ? "
                                  "WHERE id = ? AND attempts = ?",
                                  {attempts, next, parked, background::shortened(reason), retry.id, retry.attempts});
        if (!changed) return changed.error();
        if (*changed == 0 || !last) return sdk::ok();
        return let_next_go(tx, context, subscriber, retry.event.tenant);
    });
    if (!done) return done.error();
    return last;
}

sdk::Result<void> Retries::let_next_go(sdk::Transaction& tx, const sdk::CallContext& context,
                                       const std::string& subscriber, const std::string& tenant) {
    if (tenant.empty()) return sdk::ok();
    auto next = tx.query_one(context,
                             "SELECT id FROM core_outbox_retries WHERE subscriber = ? AND tenant = ? "
                             "AND parked_at IS NULL ORDER BY position LIMIT 1",
                             {subscriber, tenant});
    if (!next) return next.error();
    if (!*next) return sdk::ok();
    auto done = tx.execute(context, "UPDATE core_outbox_retries SET next_at = ? WHERE id = ? AND next_at IS NULL",
                           {clock_.now(), (*next)->text("id")});
    return done ? sdk::ok() : done.error();
}

}  // namespace whatsflow::outbox
