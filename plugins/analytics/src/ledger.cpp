#include "ledger.hpp"

#include "core/visits.hpp"
#include "rows.hpp"
#include "visit_columns.hpp"

namespace whatsflow::analytics {
namespace {

/// One program at a time adds to the sums.
sdk::Result<void> take_turn(sdk::Transaction& tx, const sdk::CallContext& context) {
    if (tx.dialect() == sdk::Dialect::sqlite) return sdk::ok();  // has one writer in any case
    const auto row = tx.query(context, "SELECT node FROM analytics_spools WHERE node = 'turn' FOR UPDATE");
    return row ? sdk::ok() : sdk::Result<void>(row.error());
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
        auto done = query_in_pieces(tx, context,
                                    std::string("SELECT ") + kVisitColumns +
                                        " FROM analytics_visits WHERE site = ? AND last_at >= ? AND visitor IN",
                                    {site, earliest - kVisitEnds}, asked,
                                    [&](const sdk::Row& row) { visits.know(visit_of(row)); });
        if (!done) return done;
    }
    return sdk::ok();
}

sdk::Result<void> save_visits(sdk::Transaction& tx, const sdk::CallContext& context,
                              const std::vector<const Visit*>& visits) {
    std::vector<sdk::DbValues> rows;
    rows.reserve(visits.size());
    for (const auto* visit : visits) rows.push_back(row_of(*visit));
    return insert_rows(
        tx, context, std::string("INSERT INTO analytics_visits (") + kVisitColumns + ") VALUES ", 18,
        on_conflict(tx.dialect(), "analytics_visits", {"site", "id"}, {}, {"last_at", "views", "events", "exit_path"}),
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

sdk::Result<void> save_handover(sdk::Transaction& tx, const sdk::CallContext& context,
                                const Ledger::Progress& progress) {
    const auto& piece = progress.piece;
    const auto done = tx.execute(
        context,
        "INSERT INTO analytics_handovers (node, file_number, byte_offset, records) VALUES (?, ?, ?, ?)" +
            on_conflict(tx.dialect(), "analytics_handovers", {"node"}, {}, {"file_number", "byte_offset", "records"}),
        {progress.node, piece.from.file, piece.from.offset, static_cast<std::int64_t>(piece.records)});
    return done ? sdk::ok() : sdk::Result<void>(done.error());
}

/// So that they are known when they come again.
sdk::Result<void> note_ids(sdk::Transaction& tx, const sdk::CallContext& context, const std::string& table,
                           const std::vector<Event>& events) {
    // In the order of the key: neighbours are written together.
    std::set<std::pair<std::int64_t, std::string>> ordered;
    for (const auto& event : events)
        if (event.id_is_senders) ordered.emplace(event.site, event.id);
    std::vector<sdk::DbValues> ids;
    for (const auto& [site, id] : ordered) ids.push_back({site, sdk::Blob{id}});
    return insert_rows(tx, context, "INSERT INTO " + table + " (site, id) VALUES ", 2,
                       on_conflict(tx.dialect(), table, {"site", "id"}, {}, {"site"}), ids);
}

BuiltInStore::Events pointers(const std::vector<Event>& events) {
    BuiltInStore::Events all;
    all.reserve(events.size());
    for (const auto& event : events) all.push_back(&event);
    return all;
}

}  // namespace

/// Those whose id did not come before, in the order of time.
sdk::Result<std::vector<Event>> Ledger::new_among(sdk::Transaction& tx, const sdk::CallContext& context,
                                                  const std::vector<Event>& events,
                                                  const std::vector<std::string>& id_tables) {
    std::map<std::int64_t, std::set<std::string>> asked, seen;
    for (const auto& event : events)
        if (event.id_is_senders) asked[event.site].insert(event.id);
    for (const auto& [site, ids] : asked) {
        std::vector<sdk::DbValue> values;
        for (const auto& id : ids) values.emplace_back(sdk::Blob{id});
        for (const auto& table : id_tables) {
            auto done =
                query_in_pieces(tx, context, "SELECT id FROM " + table + " WHERE site = ? AND id IN", {site}, values,
                                [&, number = site](const sdk::Row& row) { seen[number].insert(row.bytes("id")); });
            if (!done) return done.error();
        }
    }
    std::set<std::string> people;
    for (const auto& event : events)
        if (!event.person.empty()) people.insert(event.person);
    const auto forgotten = tombstones_.among(tx, context, people);
    if (!forgotten) return forgotten.error();
    std::vector<Event> fresh;
    fresh.reserve(events.size());
    for (const auto& event : events)
        if (!forgotten->contains(event.person) && (!event.id_is_senders || seen[event.site].insert(event.id).second))
            fresh.push_back(event);
    std::ranges::stable_sort(fresh, {}, &Event::occurred_at);
    return fresh;
}

sdk::Result<std::size_t> Ledger::store(const sdk::CallContext& context, const std::vector<Event>& events,
                                       const std::optional<Progress>& progress) {
    if (auto ready = tombstones_.prepare(context); !ready) return ready.error();
    if (auto* built_in = store_.built_in()) return store_here(*built_in, context, events, progress);
    return store_elsewhere(context, events, progress);
}

sdk::Result<std::size_t> Ledger::store_here(BuiltInStore& store, const sdk::CallContext& context,
                                            const std::vector<Event>& events, const std::optional<Progress>& progress) {
    const auto now = host_.clock().now();
    const auto tables = store.tables_for(context, pointers(events));
    if (!tables) return tables.error();
    const auto id_tables = tables_.for_ids(context, sdk::to_micros(now));
    if (!id_tables) return id_tables.error();
    const auto days = store.days(context);
    if (!days) return days.error();
    std::size_t stored = 0;
    const auto body = [&](sdk::Transaction& tx) -> sdk::Result<void> {
        if (auto mine = take_turn(tx, context); !mine) return mine;
        auto fresh = new_among(tx, context, events, *id_tables);
        if (!fresh) return fresh.error();
        if (auto noted = note_ids(tx, context, id_tables->front(), *fresh); !noted) return noted;
        Visits visits;
        if (auto known = load_visits(tx, context, *fresh, visits); !known) return known;
        for (auto& event : *fresh) visits.place(event);
        const auto changed = visits.changed();
        if (auto done = store.append(tx, context, *tables, **days, pointers(*fresh), changed); !done) return done;
        if (auto done = save_visits(tx, context, changed); !done) return done;
        stored = fresh->size();
        return progress ? save_progress(tx, context, *progress, now) : sdk::ok();
    };
    const auto done = host_.database().transaction(context, body);
    if (!done) return done.error();
    return stored;
}

sdk::Result<std::size_t> Ledger::store_elsewhere(const sdk::CallContext& context, const std::vector<Event>& events,
                                                 const std::optional<Progress>& progress) {
    const auto now = host_.clock().now();
    const auto id_tables = tables_.for_ids(context, sdk::to_micros(now));
    if (!id_tables) return id_tables.error();
    std::vector<Event> fresh;
    std::optional<Visits> visits;
    const auto found = host_.database().transaction(context, [&](sdk::Transaction& tx) -> sdk::Result<void> {
        if (auto mine = take_turn(tx, context); !mine) return mine;
        auto found_new = new_among(tx, context, events, *id_tables);
        if (!found_new) return found_new.error();
        fresh = std::move(*found_new);
        visits.emplace();
        if (progress && progress->piece.records > 0)
            if (auto kept = save_handover(tx, context, *progress); !kept) return kept;
        return load_visits(tx, context, fresh, *visits);
    });
    if (!found) return found.error();
    for (auto& event : fresh) visits->place(event);
    const auto changed = visits->changed();
    if (!fresh.empty())
        if (auto done = store_.append(context, pointers(fresh), changed); !done) return done.error();
    const auto kept = host_.database().transaction(context, [&](sdk::Transaction& tx) -> sdk::Result<void> {
        if (auto mine = take_turn(tx, context); !mine) return mine;
        if (auto noted = note_ids(tx, context, id_tables->front(), fresh); !noted) return noted;
        if (auto done = save_visits(tx, context, changed); !done) return done;
        return progress ? save_progress(tx, context, *progress, now) : sdk::ok();
    });
    if (!kept) return kept.error();
    return fresh.size();
}

sdk::Result<Ledger::Handover> Ledger::handed_over(const sdk::CallContext& context, const std::string& node) const {
    const auto row = host_.database().query_one(
        context, "SELECT file_number, byte_offset, records FROM analytics_handovers WHERE node = ?", {node});
    if (!row) return row.error();
    if (!*row) return Handover{};
    return Handover{{(*row)->integer("file_number"), (*row)->integer("byte_offset")},
                    static_cast<std::size_t>((*row)->integer("records"))};
}

sdk::Result<Spool::Cursor> Ledger::progress_of(const sdk::CallContext& context, const std::string& node) const {
    const auto row = host_.database().query_one(
        context, "SELECT file_number, byte_offset FROM analytics_spools WHERE node = ?", {node});
    if (!row) return row.error();
    if (!*row) return Spool::Cursor{};
    return Spool::Cursor{(*row)->integer("file_number"), (*row)->integer("byte_offset")};
}

}  // namespace whatsflow::analytics
