// Events themselves, in the order of time.
#include "conditions.hpp"

namespace whatsflow::analytics {
namespace {

constexpr const char* kColumnsRead =
    "site, id, occurred_at, received_at, name, visitor, person, visit, hostname, path, source, medium, campaign, "
    "country, browser, system_name, device, language, bot, consented, revenue, currency, properties";

AnalyticsRecord record_of(const sdk::Row& row) {
    AnalyticsRecord event;
    event.site = row.integer("site");
    event.id = row.bytes("id");
    event.occurred_at = row.integer("occurred_at");
    event.received_at = row.integer("received_at");
    event.name = row.text("name");
    event.visitor = row.integer("visitor");
    event.person = row.text("person");
    event.visit = row.integer("visit");
    event.hostname = row.text("hostname");
    event.path = row.text("path");
    event.source = row.text("source");
    event.medium = row.text("medium");
    event.campaign = row.text("campaign");
    event.country = row.text("country");
    event.browser = row.text("browser");
    event.system = row.text("system_name");
    event.device = row.text("device");
    event.language = row.text("language");
    event.bot = row.integer("bot");
    event.consented = row.boolean("consented");
    event.revenue = row.integer("revenue");
    event.currency = row.text("currency");
    event.properties = row.text("properties");
    return event;
}

/// Behind which instant, and there behind which id.
struct Behind {
    std::int64_t from, at;
    sdk::Blob id;
};

/// Each name by itself where there are several: then an index has them in the order of time, and the
/// database puts two such lists together instead of sorting both.
std::pair<std::string, sdk::DbValues> query_of(const std::string& table, const Asked& asked, const Sample& sample,
                                               const Behind& behind, std::size_t most) {
    const auto order = " ORDER BY occurred_at, id LIMIT " + std::to_string(most);
    auto names = asked.names.size() > 1 ? asked.names : std::vector<std::string>{""};
    std::string sql;
    sdk::DbValues values;
    for (const auto& name : names) {
        auto one = asked;
        if (!name.empty()) one.names = {name};
        const auto condition = condition_of(one);
        const auto part = "SELECT " + std::string(kColumnsRead) + " FROM " + table + " WHERE" + condition.sql +
                          (sample.is_everybody() ? "" : " AND part < " + std::to_string(sample.parts)) +
                          " AND occurred_at >= ? AND occurred_at < ? AND (occurred_at > ? OR id > ?)" + order;
        const auto of_part = condition.with({behind.from, asked.to, behind.at, behind.id});
        values.insert(values.end(), of_part.begin(), of_part.end());
        if (names.size() == 1) return {part, values};
        sql += (sql.empty() ? "" : " UNION ALL ") + ("SELECT * FROM (" + part + ") AS those");
    }
    return {sql + order, values};
}

}  // namespace

sdk::Result<bool> BuiltInStore::has_samples(const sdk::CallContext& context, const Asked& asked) {
    const auto tables = tables_.holding(context, asked.from, asked.to);
    if (!tables) return tables.error();
    const auto samples = tables_.samples(context, asked.from, asked.to);
    if (!samples) return samples.error();
    return tables->size() == samples->size();
}

sdk::Result<std::vector<AnalyticsRecord>> BuiltInStore::read(const sdk::CallContext& context, const Asked& asked,
                                                             const AnalyticsPlace& after, std::size_t most) {
    return read(context, asked, Sample{}, after, most);
}

sdk::Result<std::vector<AnalyticsRecord>> BuiltInStore::read(const sdk::CallContext& context, const Asked& asked,
                                                             const Sample& sample, const AnalyticsPlace& after,
                                                             std::size_t most) {
    const auto from = std::max(asked.from, after.occurred_at);
    const auto tables =
        sample.is_everybody() ? tables_.holding(context, from, asked.to) : tables_.samples(context, from, asked.to);
    if (!tables) return tables.error();
    std::vector<AnalyticsRecord> all;
    const auto take = [&](const std::string& table, std::size_t room) -> sdk::Result<void> {
        const auto [sql, values] = query_of(table, asked, sample, {from, after.occurred_at, sdk::Blob{after.id}}, room);
        const auto rows = host_.database().query(context, sql, values);
        if (!rows) return rows.error();
        for (const auto& row : *rows) all.push_back(record_of(row));
        return sdk::ok();
    };
    std::size_t room = most;
    for (const auto& table : *tables) {
        const bool is_old = table == DayTables::kOldEvents || table == DayTables::sample_of(DayTables::kOldEvents);
        const auto before = all.size();
        if (auto done = take(table, is_old ? most : room); !done) return done.error();
        // Events that came long after they happened may lie before or among those of any day.
        if (!is_old) room -= all.size() - before;
        if (room == 0) break;
    }
    std::ranges::sort(all, {}, [](const auto& event) { return std::pair(event.occurred_at, event.id); });
    if (all.size() > most) all.resize(most);
    return all;
}

}  // namespace whatsflow::analytics
