#include "meter_books.hpp"

#include "store/envelopes.hpp"

namespace whatsflow::billing {
namespace {

/// So many marks that few different statements are prepared: what is over is filled up.
std::size_t rounded_up(std::size_t count) {
    std::size_t size = 1;
    while (size < count) size *= 4;
    return size;
}

constexpr std::size_t kRowsAtOnce = 64;

}  // namespace

sdk::Result<bool> lock_counter(sdk::Transaction& tx, const sdk::CallContext& own, UsageCounter& counter) {
    const auto row = tx.query_one(
        own,
        std::string(
            "SELECT used, reserved, closed, period_to FROM billing_counters WHERE tenant_id = :tenant AND id = ?") +
            (tx.dialect() == sdk::Dialect::mysql ? " FOR UPDATE" : ""),
        {counter.id.text()});
    if (!row) return row.error();
    if (!*row) return false;
    counter.used = (*row)->integer("used");
    counter.reserved = (*row)->integer("reserved");
    counter.closed = (*row)->boolean("closed");
    counter.period.to = {static_cast<std::int32_t>((*row)->integer("period_to"))};
    return !counter.closed;
}

sdk::Result<SeenUsage> look_for_events(sdk::Transaction& tx, const sdk::CallContext& own,
                                       const std::vector<std::string>& events) {
    std::string sql = "SELECT '' AS seen_key, version FROM billing_accounts WHERE tenant_id = :tenant";
    sdk::DbValues values;
    if (!events.empty()) {
        sql +=
            " UNION ALL SELECT seen_key, 0 FROM billing_seen_keys WHERE tenant_id = :tenant AND kind = 'usage' AND "
            "seen_key IN (?";
        const auto marks = rounded_up(events.size());
        for (std::size_t i = 0; i < marks; ++i) {
            if (i > 0) sql += ", ?";
            values.emplace_back(events[std::min(i, events.size() - 1)]);
        }
        sql += ")";
    }
    const auto rows = tx.query(own, sql, values);
    if (!rows) return rows.error();
    SeenUsage seen;
    for (const auto& row : *rows)
        if (row.text("seen_key").empty())
            seen.version = row.integer("version");
        else
            seen.events.insert(row.text("seen_key"));
    return seen;
}

sdk::Result<void> remember_events(sdk::Transaction& tx, const sdk::CallContext& own,
                                  const std::vector<std::string>& events, sdk::Instant now) {
    for (std::size_t from = 0; from < events.size();) {
        std::size_t count = kRowsAtOnce;
        while (count > events.size() - from) count /= 4;
        count = std::max<std::size_t>(count, 1);
        std::string sql =
            "INSERT INTO billing_seen_keys (tenant_id, kind, seen_key, fingerprint, made_at) VALUES (:tenant, 'usage', "
            "?, '', ?)";
        sdk::DbValues values{events[from], now};
        for (std::size_t i = 1; i < count; ++i) {
            sql += ", (:tenant, 'usage', ?, '', ?)";
            values.emplace_back(events[from + i]);
            values.emplace_back(now);
        }
        if (auto done = tx.execute(own, sql, values); !done) return done.error();
        from += count;
    }
    return sdk::ok();
}

sdk::Result<void> write_counter(sdk::Transaction& tx, const sdk::CallContext& own, const UsageCounter& counter) {
    const auto done =
        tx.execute(own, "UPDATE billing_counters SET used = ?, reserved = ? WHERE tenant_id = :tenant AND id = ?",
                   {counter.used, counter.reserved, counter.id.text()});
    if (!done) return done.error();
    return sdk::ok();
}

sdk::Result<void> drop_expired(sdk::Transaction& tx, const sdk::CallContext& own, UsageCounter& counter,
                               sdk::Instant now) {
    const auto rows = tx.query(own,
                               "SELECT id, quantity FROM billing_reservations WHERE tenant_id = :tenant AND "
                               "counter_id = ? AND expires_at <= ? LIMIT 500",
                               {counter.id.text(), now});
    if (!rows) return rows.error();
    for (const auto& row : *rows) {
        const auto gone =
            tx.execute(own, "DELETE FROM billing_reservations WHERE tenant_id = :tenant AND id = ?", {row.text("id")});
        if (!gone) return gone.error();
        if (*gone > 0) counter.reserved -= std::min(counter.reserved, row.integer("quantity"));
    }
    return sdk::ok();
}

sdk::Result<void> warn(sdk::Host& host, sdk::Transaction& tx, const sdk::CallContext& own, const UsageCounter& counter,
                       const std::vector<int>& crossed) {
    for (const int percent : crossed) {
        auto news = store::first_warning(tx, own, counter.id.text(), percent, *counter.limit);
        if (!news) return news.error();
        if (!*news) continue;
        auto told = host.outbox().append(tx, own,
                                         store::envelope_of("billing.limit_reached/1",
                                                            {{"tenant", own.tenant.text()},
                                                             {"meter", counter.meter},
                                                             {"percent", percent},
                                                             {"used", counter.used},
                                                             {"limit", *counter.limit},
                                                             {"period_start", counter.period.from.text()}},
                                                            own.tenant));
        if (!told) return told;
    }
    return sdk::ok();
}

}  // namespace whatsflow::billing
