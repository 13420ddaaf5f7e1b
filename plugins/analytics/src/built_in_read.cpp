// Events themselves, in the order of time.
#include "conditions.hpp"

namespace whatsflow::analytics {
namespace {

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

}  // namespace

sdk::Result<std::vector<AnalyticsRecord>> BuiltInStore::read(const sdk::CallContext& context, const Asked& asked,
                                                             const AnalyticsPlace& after, std::size_t most) {
    const auto from = std::max(asked.from, after.occurred_at);
    const auto tables = tables_.holding(context, from, asked.to);
    if (!tables) return tables.error();
    const auto condition = condition_of(asked);
    std::vector<AnalyticsRecord> all;
    const auto take = [&](const std::string& table, std::size_t room) -> sdk::Result<void> {
        const auto rows = host_.database().query(
            context,
            "SELECT site, id, occurred_at, received_at, name, visitor, person, visit, hostname, path, source, medium, "
            "campaign, country, browser, system_name, device, language, bot, consented, revenue, currency, properties "
            "FROM " +
                table + " WHERE" + condition.sql +
                " AND occurred_at >= ? AND occurred_at < ? AND (occurred_at > ? OR id > ?) ORDER BY occurred_at, id "
                "LIMIT " +
                std::to_string(room),
            condition.with({from, asked.to, after.occurred_at, sdk::Blob{after.id}}));
        if (!rows) return rows.error();
        for (const auto& row : *rows) all.push_back(record_of(row));
        return sdk::ok();
    };
    std::size_t room = most;
    for (const auto& table : *tables) {
        const auto before = all.size();
        if (auto done = take(table, table == DayTables::kOldEvents ? most : room); !done) return done.error();
        // Events that came long after they happened may lie before or among those of any day.
        if (table != DayTables::kOldEvents) room -= all.size() - before;
        if (room == 0) break;
    }
    std::ranges::sort(all, {}, [](const auto& event) { return std::pair(event.occurred_at, event.id); });
    if (all.size() > most) all.resize(most);
    return all;
}

}  // namespace whatsflow::analytics
