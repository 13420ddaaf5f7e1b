// Events themselves, in the order of time.
#include "conditions.hpp"
#include "event_columns.hpp"

#include <tuple>

namespace whatsflow::analytics {
namespace {

/// Where a question begins: at an instant, behind an id.
struct Behind {
    std::int64_t from, at;
    sdk::Blob id;
};

struct Statement {
    std::string sql;
    sdk::DbValues values;
};

/// Events of one table in the order of time. With an index of names each name is asked for by itself: the index has
/// them in that order, and the database puts such lists together instead of looking at everything else.
class Reading {
public:
    Reading(sdk::Dialect dialect, const Asked& asked, Detail detail)
        : dialect_(dialect), asked_(asked), columns_(columns_of(detail)) {}

    Statement statement(const std::string& table, bool has_names, const Behind& behind, std::size_t most) const {
        const auto order = " ORDER BY occurred_at, id LIMIT " + std::to_string(most);
        if (!has_names || asked_.names.empty() || asked_.sites.size() != 1) {
            auto whole = part(table, "", asked_, behind);
            whole.sql += order;
            return whole;
        }
        const bool lite = dialect_ == sdk::Dialect::sqlite;
        const auto hint = lite ? " INDEXED BY " + table + "_by_name" : " FORCE INDEX (" + table + "_by_name)";
        Statement all;
        // A name that is asked for twice is still one list.
        for (const auto& name : std::set<std::string>(asked_.names.begin(), asked_.names.end())) {
            auto one = asked_;
            one.names = {name};
            auto of_name = part(table, hint, one, behind);
            if (!all.sql.empty()) all.sql += " UNION ALL ";
            // MariaDB would put all of them aside first; SQLite merges, and knows no parentheses here.
            all.sql += lite ? of_name.sql : "(" + of_name.sql + order + ")";
            all.values.insert(all.values.end(), of_name.values.begin(), of_name.values.end());
        }
        all.sql += order;
        return all;
    }

private:
    Statement part(const std::string& table, const std::string& hint, const Asked& asked, const Behind& behind) const {
        const auto condition = condition_of(asked);
        return {"SELECT " + columns_ + " FROM " + table + hint + " WHERE" + condition.sql +
                    " AND occurred_at >= ? AND occurred_at < ? AND (occurred_at > ? OR id > ?)",
                condition.with({behind.from, asked.to, behind.at, behind.id})};
    }

    const sdk::Dialect dialect_;
    const Asked& asked_;
    const std::string columns_;
};

}  // namespace

sdk::Result<std::vector<AnalyticsRecord>> BuiltInStore::read(const sdk::CallContext& context, const Asked& asked,
                                                             const AnalyticsPlace& after, std::size_t most) {
    return read(context, asked, Detail::all, after, most);
}

sdk::Result<std::vector<AnalyticsRecord>> BuiltInStore::read(const sdk::CallContext& context, const Asked& asked,
                                                             Detail detail, const AnalyticsPlace& after,
                                                             std::size_t most) {
    const auto from = std::max(asked.from, after.occurred_at);
    const auto samples = tables_.samples(context, from, asked.to);
    if (!samples) return samples.error();
    const auto tables = tables_.holding(context, from, asked.to);
    if (!tables) return tables.error();
    const Reading reading(host_.database().dialect(), asked, detail);
    std::vector<AnalyticsRecord> all;
    std::size_t room = most;
    bool has_old = false;
    for (const auto& table : *tables) {
        const bool is_old = table == DayTables::kOldEvents;
        // Tables of events made since there are samples beside them have an index by name.
        const bool has_names = std::ranges::find(*samples, DayTables::sample_of(table)) != samples->end();
        const auto [sql, values] =
            reading.statement(table, has_names, {from, after.occurred_at, sdk::Blob{after.id}}, is_old ? most : room);
        const auto rows = host_.database().query(context, sql, values);
        if (!rows) return rows.error();
        for (const auto& row : *rows) read_into(all.emplace_back(), row, detail);
        // Events that came long after they happened may lie before or among those of any day.
        has_old = has_old || (is_old && !rows->empty());
        if (!is_old) room -= rows->size();
        if (room == 0) break;
    }
    if (has_old)
        std::ranges::sort(all, [](const auto& a, const auto& b) {
            return std::tie(a.occurred_at, a.id) < std::tie(b.occurred_at, b.id);
        });
    if (all.size() > most) all.resize(most);
    return all;
}

}  // namespace whatsflow::analytics
