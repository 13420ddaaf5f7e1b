// What goes: a person's events, and whole days.
#include "conditions.hpp"

namespace whatsflow::analytics {
namespace {

constexpr std::int64_t kPiece = 5'000;
const std::vector<std::string> kKeyOfEvent{"site", "occurred_at", "id"};
const std::vector<std::string> kKeyOfSample{"part", "site", "name", "occurred_at", "id"};

}  // namespace

// MariaDB and SQLite agree on a list of keys only.
sdk::Result<std::int64_t> delete_in_pieces(sdk::Database& database, const sdk::CallContext& context,
                                           const std::string& table, const std::vector<std::string>& key,
                                           const std::string& condition, const sdk::DbValues& values) {
    std::string columns, matches;
    for (const auto& column : key) {
        columns += (columns.empty() ? "" : ", ") + column;
        matches += (matches.empty() ? "" : " AND ") + column + " = ?";
    }
    std::int64_t gone = 0;
    while (true) {
        const auto rows = database.query(
            context,
            "SELECT " + columns + " FROM " + table + " WHERE " + condition + " LIMIT " + std::to_string(kPiece),
            values);
        if (!rows) return rows.error();
        const auto done = database.transaction(context, [&](sdk::Transaction& tx) -> sdk::Result<void> {
            for (const auto& row : *rows)
                if (auto one = tx.execute(context, "DELETE FROM " + table + " WHERE " + matches, row.values()); !one)
                    return one.error();
            return sdk::ok();
        });
        if (!done) return done.error();
        gone += static_cast<std::int64_t>(rows->size());
        if (static_cast<std::int64_t>(rows->size()) < kPiece) return gone;
    }
}

sdk::Result<AnalyticsErased> BuiltInStore::erase(const sdk::CallContext& context, const Asked& asked) {
    auto& database = host_.database();
    const auto tables = tables_.holding(context, asked.from, asked.to);
    if (!tables) return tables.error();
    auto condition = condition_of(asked);
    condition.sql += " AND occurred_at >= ? AND occurred_at < ?";
    condition.values.insert(condition.values.end(), {asked.from, asked.to});
    AnalyticsErased erased;
    const auto samples = tables_.samples(context, asked.from, asked.to);
    if (!samples) return samples.error();
    for (const auto& table : *tables) {
        const auto visits = database.query(
            context,
            "SELECT DISTINCT site, visit FROM " + table + " WHERE" + condition.sql + " AND visit <> 0 LIMIT 90000",
            condition.values);
        if (!visits) return visits.error();
        for (const auto& row : *visits) {
            const auto gone =
                database.execute(context, "DELETE FROM analytics_visits WHERE site = ? AND id = ?", row.values());
            if (!gone) return gone.error();
            erased.visits += *gone;
        }
        const auto gone = delete_in_pieces(database, context, table, kKeyOfEvent, condition.sql, condition.values);
        if (!gone) return gone.error();
        erased.events += *gone;
    }
    // The same events once more; they count once.
    for (const auto& table : *samples)
        if (const auto gone = delete_in_pieces(database, context, table, kKeyOfSample, condition.sql, condition.values);
            !gone)
            return gone.error();
    auto looked_at = *tables;
    looked_at.insert(looked_at.end(), samples->begin(), samples->end());
    for (const auto& table : looked_at) {
        const auto row = database.query_one(context, "SELECT COUNT(*) AS n FROM " + table + " WHERE" + condition.sql,
                                            condition.values);
        if (!row) return row.error();
        erased.left_over += (*row)->integer("n");
    }
    return erased;
}

sdk::Result<std::int64_t> BuiltInStore::forget_before(const sdk::CallContext& context, std::int64_t at) {
    const auto tables = tables_.drop_before(context, at, 0);
    if (!tables) return tables.error();
    // What was old when it came is kept as long as anything else, from then on.
    const auto all = tables_.holding(context, 0, at);
    if (!all) return all.error();
    if (std::ranges::find(*all, DayTables::kOldEvents) == all->end()) return std::int64_t{*tables};
    std::int64_t gone = *tables;
    const auto samples = tables_.samples(context, 0, at);
    if (!samples) return samples.error();
    for (const auto& table : {std::string(DayTables::kOldEvents), DayTables::sample_of(DayTables::kOldEvents)}) {
        if (table != DayTables::kOldEvents && std::ranges::find(*samples, table) == samples->end()) continue;
        const auto& key = table == DayTables::kOldEvents ? kKeyOfEvent : kKeyOfSample;
        const auto old = delete_in_pieces(host_.database(), context, table, key, "received_at < ?", {at});
        if (!old) return old;
        if (table == DayTables::kOldEvents) gone += *old;
    }
    return gone;
}

sdk::Result<std::int64_t> BuiltInStore::forget_visits_before(const sdk::CallContext& context, std::int64_t at) {
    return delete_in_pieces(host_.database(), context, "analytics_visits", {"site", "id"}, "started_at < ?", {at});
}

}  // namespace whatsflow::analytics
