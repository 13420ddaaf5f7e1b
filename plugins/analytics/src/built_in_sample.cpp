// The events of some visitors, kept apart for questions that would look at too many.
#include "conditions.hpp"
#include "event_columns.hpp"

#include <tuple>

namespace whatsflow::analytics {
namespace {

/// What one statement brings: more would only be held in memory.
constexpr std::size_t kRowsAtOnce = 20'000;

}  // namespace

sdk::Result<bool> BuiltInStore::has_samples(const sdk::CallContext& context, const Asked& asked) {
    const auto tables = tables_.holding(context, asked.from, asked.to);
    if (!tables) return tables.error();
    const auto samples = tables_.samples(context, asked.from, asked.to);
    if (!samples) return samples.error();
    return tables->size() == samples->size();
}

sdk::Result<void> BuiltInStore::read_part(const sdk::CallContext& context, const Asked& asked, int part, Detail detail,
                                          const std::function<void(const AnalyticsRecord&)>& use) {
    const auto tables = tables_.samples(context, asked.from, asked.to);
    if (!tables) return tables.error();
    const auto condition = condition_of(asked);
    const auto columns = columns_of(detail);
    const auto each = [&](const std::string& table, const auto& take) -> sdk::Result<void> {
        const auto sql = "SELECT " + columns + " FROM " + table + " WHERE part = ? AND" + condition.sql +
                         " AND occurred_at >= ? AND occurred_at < ? AND (occurred_at > ? OR id > ?) "
                         "ORDER BY occurred_at, id LIMIT " +
                         std::to_string(kRowsAtOnce);
        auto behind = asked.from;
        auto at = INT64_MIN;
        std::string id;
        while (true) {
            sdk::DbValues values{std::int64_t{part}};
            const auto more = condition.with({behind, asked.to, at, sdk::Blob{id}});
            values.insert(values.end(), more.begin(), more.end());
            const auto rows = host_.database().query(context, sql, values);
            if (!rows) return rows.error();
            AnalyticsRecord event;
            for (const auto& row : *rows) {
                read_into(event, row, detail);
                take(event);
            }
            if (rows->size() < kRowsAtOnce) return sdk::ok();
            behind = at = event.occurred_at;
            id = event.id;
        }
    };
    // Events that came long after they happened may lie before or among those of any day.
    std::vector<AnalyticsRecord> old;
    std::size_t next = 0;
    const auto old_table = DayTables::sample_of(DayTables::kOldEvents);
    if (std::ranges::find(*tables, old_table) != tables->end())
        if (auto done = each(old_table, [&](const AnalyticsRecord& event) { old.push_back(event); }); !done)
            return done;
    const auto in_turn = [&](const AnalyticsRecord& event) {
        while (next < old.size() &&
               std::tie(old[next].occurred_at, old[next].id) < std::tie(event.occurred_at, event.id))
            use(old[next++]);
        use(event);
    };
    for (const auto& table : *tables)
        if (table != old_table)
            if (auto done = each(table, in_turn); !done) return done;
    while (next < old.size()) use(old[next++]);
    return sdk::ok();
}

}  // namespace whatsflow::analytics
