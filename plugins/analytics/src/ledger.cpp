#include "ledger.hpp"

#include "core/roll_up.hpp"
#include "rows.hpp"

namespace whatsflow::analytics {
namespace {

constexpr std::size_t kAsked = 64;

/// Runs `sql` with a list of `kAsked` values at its end, as often as there are values.
template <class Use>
sdk::Result<void> query_in_pieces(sdk::SqlExecutor& where, const sdk::CallContext& context, const std::string& sql,
                                  const sdk::DbValues& fixed, const std::vector<sdk::DbValue>& asked, Use&& use) {
    for (std::size_t done = 0; done < asked.size(); done += kAsked) {
        auto values = fixed;
        for (std::size_t i = 0; i < kAsked; ++i) values.push_back(asked[std::min(done + i, asked.size() - 1)]);
        const auto rows = where.query(context, sql + " (" + places(kAsked) + ")", values);
        if (!rows) return rows.error();
        for (const auto& row : *rows) use(row);
    }
    return sdk::ok();
}

/// One program at a time adds to the sums.
sdk::Result<void> take_turn(sdk::Transaction& tx, const sdk::CallContext& context) {
    if (tx.dialect() == sdk::Dialect::sqlite) return sdk::ok();  // has one writer in any case
    const auto row = tx.query(context, "SELECT node FROM analytics_spools WHERE node = 'turn' FOR UPDATE");
    return row ? sdk::ok() : sdk::Result<void>(row.error());
}

sdk::Result<void> insert_events(sdk::Transaction& tx, const sdk::CallContext& context, const std::string& table,
                                const std::vector<const Event*>& events) {
    std::vector<sdk::DbValues> rows;
    rows.reserve(events.size());
    for (const auto* e : events)
        rows.push_back({e->site, e->occurred_at, sdk::Blob{e->id}, e->received_at, e->name, e->visitor, e->person, e->visit,
                        e->hostname, e->path, e->source, e->medium, e->campaign, e->country, e->browser, e->system,
                        e->device, e->language, e->bot, e->consented, e->revenue, e->currency, e->properties});
    return insert_rows(tx, context,
                       "INSERT INTO " + table +
                           " (site, occurred_at, id, received_at, name, visitor, person, visit, hostname, path, source, medium, "
                           "campaign, country, browser, system_name, device, language, bot, consented, revenue, currency, "
                           "properties) VALUES ",
                       23,
                       // The same id at the same instant, after its first coming was forgotten.
                       on_conflict(tx.dialect(), table, {"site", "occurred_at", "id"}, {}, {"bot"}), rows);
}

sdk::Result<void> load_visits(sdk::Transaction& tx, const sdk::CallContext& context, const std::vector<Event>& events,
                              Visits& visits) {
    std::map<std::int64_t, std::set<std::int64_t>> by_site;
    std::int64_t earliest = 0;
    for (const auto& event : events) {
        if (!event.is_web) continue;
        by_site[event.site].insert(visitor_of(event));
        earliest = earliest == 0 ? event.occurred_at : std::min(earliest, event.occurred_at);
    }
    for (const auto& [site, visitors] : by_site) {
        const std::vector<sdk::DbValue> asked(visitors.begin(), visitors.end());
        auto done = query_in_pieces(
            tx, context,
            "SELECT site, id, visitor, started_at, last_at, views, events, bot, entry_path, exit_path, hostname, source, "
            "medium, campaign, country, browser, system_name, device FROM analytics_visits WHERE site = ? AND last_at >= ? "
            "AND visitor IN",
            {site, earliest - kVisitEnds}, asked, [&](const sdk::Row& row) {
                Visit visit;
                visit.site = row.integer("site");
                visit.id = row.integer("id");
                visit.visitor = row.integer("visitor");
                visit.started_at = row.integer("started_at");
                visit.last_at = row.integer("last_at");
                visit.views = row.integer("views");
                visit.events = row.integer("events");
                visit.bot = row.integer("bot");
                visit.entry_path = row.text("entry_path");
                visit.exit_path = row.text("exit_path");
                visit.hostname = row.text("hostname");
                visit.source = row.text("source");
                visit.medium = row.text("medium");
                visit.campaign = row.text("campaign");
                visit.country = row.text("country");
                visit.browser = row.text("browser");
                visit.system = row.text("system_name");
                visit.device = row.text("device");
                visits.know(std::move(visit));
            });
        if (!done) return done;
    }
    return sdk::ok();
}

sdk::Result<void> save_visits(sdk::Transaction& tx, const sdk::CallContext& context,
                              const std::vector<const Visit*>& visits) {
    std::vector<sdk::DbValues> rows;
    for (const auto* v : visits)
        rows.push_back({v->site, v->id, v->visitor, v->started_at, v->last_at, v->views, v->events, v->bot, v->entry_path,
                        v->exit_path, v->hostname, v->source, v->medium, v->campaign, v->country, v->browser, v->system,
                        v->device});
    return insert_rows(tx, context,
                       "INSERT INTO analytics_visits (site, id, visitor, started_at, last_at, views, events, bot, entry_path, "
                       "exit_path, hostname, source, medium, campaign, country, browser, system_name, device) VALUES ",
                       18,
                       on_conflict(tx.dialect(), "analytics_visits", {"site", "id"}, {},
                                   {"last_at", "views", "events", "exit_path"}),
                       rows);
}

/// Values beyond the thousandth of an hour or day go to `(other)`; sketches take in what is there.
sdk::Result<void> save_cells(sdk::Transaction& tx, const sdk::CallContext& context, Period period, Cells& cells) {
    const std::string table = period == Period::hour ? "analytics_hours" : "analytics_days";
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
            const auto count = tx.query_one(context,
                                            "SELECT COUNT(*) AS n FROM " + table +
                                                " WHERE site = ? AND start_at = ? AND bot = ? AND dimension = ?",
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
    return insert_rows(tx, context,
                       "INSERT INTO " + table +
                           " (site, start_at, bot, dimension, value, events, views, visits, bounces, seconds, visitors) VALUES ",
                       11,
                       on_conflict(tx.dialect(), table, {"site", "start_at", "bot", "dimension", "value"},
                                   {"events", "views", "visits", "bounces", "seconds"}, {"visitors"}),
                       rows);
}

sdk::Result<void> save_progress(sdk::Transaction& tx, const sdk::CallContext& context, const Ledger::Progress& progress,
                                sdk::Instant now) {
    const auto done = tx.execute(
        context,
        "INSERT INTO analytics_spools (node, file_number, byte_offset, changed_at) VALUES (?, ?, ?, ?)" +
            on_conflict(tx.dialect(), "analytics_spools", {"node"}, {}, {"file_number", "byte_offset", "changed_at"}),
        {progress.node, progress.next.file, progress.next.offset, now});
    return done ? sdk::ok() : sdk::Result<void>(done.error());
}

}  // namespace

sdk::Result<std::vector<Event>> Ledger::new_ones(sdk::Transaction& tx, const sdk::CallContext& context,
                                                 const std::vector<Event>& events,
                                                 const std::vector<std::string>& id_tables) const {
    std::map<std::int64_t, std::set<std::string>> asked, seen;
    for (const auto& event : events)
        if (event.id_is_senders) asked[event.site].insert(event.id);
    for (const auto& [site, ids] : asked) {
        std::vector<sdk::DbValue> values;
        for (const auto& id : ids) values.emplace_back(sdk::Blob{id});
        for (const auto& table : id_tables) {
            auto done = query_in_pieces(tx, context, "SELECT id FROM " + table + " WHERE site = ? AND id IN", {site}, values,
                                        [&, number = site](const sdk::Row& row) { seen[number].insert(row.bytes("id")); });
            if (!done) return done.error();
        }
    }
    std::vector<Event> fresh;
    std::vector<sdk::DbValues> ids;
    fresh.reserve(events.size());
    for (const auto& event : events) {
        if (event.id_is_senders) {
            if (!seen[event.site].insert(event.id).second) continue;
            ids.push_back({event.site, sdk::Blob{event.id}});
        }
        fresh.push_back(event);
    }
    auto kept = insert_rows(tx, context, "INSERT INTO " + id_tables.front() + " (site, id) VALUES ", 2, "", ids);
    if (!kept) return kept.error();
    return fresh;
}

sdk::Result<std::size_t> Ledger::store(const sdk::CallContext& context, const std::vector<Event>& events,
                                       const std::optional<Progress>& progress) {
    const auto now = host_.clock().now();
    std::map<std::int64_t, std::string> table_of_day;  // by day
    for (const auto& event : events) {
        const auto day = start_of(Period::day, event.occurred_at);
        if (table_of_day.contains(day)) continue;
        auto table = tables_.for_event(context, event.occurred_at, sdk::to_micros(now));
        if (!table) return table.error();
        table_of_day[day] = std::move(*table);
    }
    const auto id_tables = tables_.for_ids(context, sdk::to_micros(now));
    if (!id_tables) return id_tables.error();

    std::size_t stored = 0;
    const auto body = [&](sdk::Transaction& tx) -> sdk::Result<void> {
        if (auto mine = take_turn(tx, context); !mine) return mine;
        auto fresh = new_ones(tx, context, events, *id_tables);
        if (!fresh) return fresh.error();
        Visits visits;
        if (auto known = load_visits(tx, context, *fresh, visits); !known) return known;
        std::ranges::stable_sort(*fresh, {}, &Event::occurred_at);
        std::map<std::string, std::vector<const Event*>> by_table;
        for (auto& event : *fresh) {
            visits.place(event);
            by_table[table_of_day.at(start_of(Period::day, event.occurred_at))].push_back(&event);
        }
        for (const auto& [table, rows] : by_table)
            if (auto done = insert_events(tx, context, table, rows); !done) return done;
        const auto changed = visits.changed();
        if (auto done = save_visits(tx, context, changed); !done) return done;
        auto cells = roll_up(*fresh, changed);
        for (const auto period : {Period::hour, Period::day})
            if (auto done = save_cells(tx, context, period, cells); !done) return done;
        stored = fresh->size();
        return progress ? save_progress(tx, context, *progress, now) : sdk::ok();
    };
    const auto done = host_.database().transaction(context, body);
    if (!done) return done.error();
    return stored;
}

sdk::Result<Spool::Cursor> Ledger::progress_of(const sdk::CallContext& context, const std::string& node) const {
    const auto row = host_.database().query_one(
        context, "SELECT file_number, byte_offset FROM analytics_spools WHERE node = ?", {node});
    if (!row) return row.error();
    if (!*row) return Spool::Cursor{};
    return Spool::Cursor{(*row)->integer("file_number"), (*row)->integer("byte_offset")};
}

}  // namespace whatsflow::analytics
