// Taking events and visits in: rows, and what they add to the sums.
#include "built_in_store.hpp"
#include "core/sample.hpp"
#include "rows.hpp"
#include "sums.hpp"

namespace whatsflow::analytics {
namespace {

sdk::DbValues row_of(const AnalyticsRecord& e) {
    return {e.site,     e.occurred_at, sdk::Blob{e.id}, e.received_at, e.name,     e.visitor,  e.person,    e.visit,
            e.hostname, e.path,        e.source,        e.medium,      e.campaign, e.country,  e.browser,   e.system,
            e.device,   e.language,    e.bot,           e.consented,   e.revenue,  e.currency, e.properties};
}

sdk::Result<void> insert_events(sdk::Transaction& tx, const sdk::CallContext& context, const std::string& table,
                                const BuiltInStore::Events& events) {
    const std::string columns =
        "site, occurred_at, id, received_at, name, visitor, person, visit, hostname, path, source, medium, campaign, "
        "country, browser, system_name, device, language, bot, consented, revenue, currency, properties";
    const Sample kept{Sample::kKept};
    std::vector<sdk::DbValues> rows, sampled;
    rows.reserve(events.size());
    for (const auto* event : events) {
        rows.push_back(row_of(*event));
        if (!kept.holds(event->visitor)) continue;
        sampled.push_back(rows.back());
        sampled.back().emplace_back(std::int64_t{Sample::part_of(event->visitor)});
    }
    // The same id at the same instant, after its first coming was forgotten. Samples that an older version made have
    // another key.
    const auto again = [&](const std::string& name) { return on_conflict(tx.dialect(), name, {}, {}, {"bot"}); };
    const auto beside = DayTables::sample_of(table);
    if (auto done = insert_rows(tx, context, "INSERT INTO " + beside + " (" + columns + ", part) VALUES ", 24,
                                again(beside), sampled);
        !done)
        return done;
    return insert_rows(tx, context, "INSERT INTO " + table + " (" + columns + ") VALUES ", 23, again(table), rows);
}

/// Values beyond the thousandth of an hour or day go to `(other)`; sketches take in what is there.
sdk::Result<void> save_cells(sdk::Transaction& tx, const sdk::CallContext& context, Period period, Cells& cells) {
    const std::string table = kTablesOfSums[static_cast<std::size_t>(period)];
    std::map<CellKey, std::vector<std::string>> groups;  // by everything but the value
    for (const auto& [key, tally] : cells) {
        if (key.period != period) continue;
        auto group = key;
        group.value.clear();
        groups[group].push_back(key.value);
    }
    std::vector<sdk::DbValues> rows;
    for (auto& [group, values] : groups) {
        const sdk::DbValues fixed{group.site, group.start_at, group.bot, group.dimension};
        values.emplace_back(kOther);
        std::map<std::string, Sketch> kept;
        const std::vector<sdk::DbValue> asked(values.begin(), values.end());
        auto read = query_in_pieces(
            tx, context,
            "SELECT value, visitors FROM " + table +
                " WHERE site = ? AND start_at = ? AND bot = ? AND dimension = ? AND value IN",
            fixed, asked, [&](const sdk::Row& row) { kept[row.text("value")] = Sketch::read(row.bytes("visitors")); });
        if (!read) return read;
        values.pop_back();
        std::int64_t room = kMostValues;
        if (kept.size() < values.size() && group.dimension != dimension::kTotal) {
            const auto count = tx.query_one(
                context,
                "SELECT COUNT(*) AS n FROM " + table + " WHERE site = ? AND start_at = ? AND bot = ? AND dimension = ?",
                fixed);
            if (!count) return count.error();
            room = kMostValues - (*count)->integer("n");
        }
        std::map<std::string, Tally> merged;
        for (const auto& value : values) {
            auto key = group;
            key.value = value;
            const bool fits = kept.contains(value) || room-- > 0;
            merged[fits ? value : std::string(kOther)].add(cells.at(key));
        }
        for (auto& [value, tally] : merged) {
            if (const auto before = kept.find(value); before != kept.end()) tally.visitors.merge(before->second);
            rows.push_back({group.site, group.start_at, group.bot, group.dimension, value, tally.events, tally.views,
                            tally.visits, tally.bounces, tally.seconds, sdk::Blob{tally.visitors.bytes()}});
        }
    }
    return insert_rows(
        tx, context,
        "INSERT INTO " + table +
            " (site, start_at, bot, dimension, value, events, views, visits, bounces, seconds, visitors) VALUES ",
        11,
        on_conflict(tx.dialect(), table, {"site", "start_at", "bot", "dimension", "value"},
                    {"events", "views", "visits", "bounces", "seconds"}, {"visitors"}),
        rows);
}

}  // namespace

sdk::Result<BuiltInStore::TableOfDay> BuiltInStore::tables_for(const sdk::CallContext& context, const Events& events) {
    const auto now = sdk::to_micros(host_.clock().now());
    TableOfDay tables;
    for (const auto* event : events) {
        const auto day = start_of(Period::day, event->occurred_at);
        if (tables.contains(day)) continue;
        auto table = tables_.for_event(context, event->occurred_at, now);
        if (!table) return table.error();
        tables[day] = std::move(*table);
    }
    return tables;
}

sdk::Result<void> BuiltInStore::append(sdk::Transaction& tx, const sdk::CallContext& context, const TableOfDay& tables,
                                       const DayGrid& days, const Events& events, const VisitList& visits) {
    std::map<std::string, Events> by_table;
    for (const auto* event : events) by_table[tables.at(start_of(Period::day, event->occurred_at))].push_back(event);
    for (const auto& [table, rows] : by_table)
        if (auto done = insert_events(tx, context, table, rows); !done) return done;
    auto cells = roll_up(events, visits, days);
    for (const auto period : {Period::half_hour, Period::hour, Period::day})
        if (auto done = save_cells(tx, context, period, cells); !done) return done;
    return sdk::ok();
}

sdk::Result<void> BuiltInStore::append(const sdk::CallContext& context, const Events& events, const VisitList& visits) {
    const auto tables = tables_for(context, events);
    if (!tables) return tables.error();
    const auto days = days_.grid(context);
    if (!days) return days.error();
    return host_.database().transaction(
        context, [&](sdk::Transaction& tx) { return append(tx, context, *tables, **days, events, visits); });
}

}  // namespace whatsflow::analytics
