#include "outbox/event_log.hpp"

#include "background/sql_list.hpp"
#include "data/late_rows.hpp"

namespace whatsflow::outbox {
namespace {

constexpr int kNumberedInOneGo = 1024;

/// One statement a batch. The ids are read before, without a lock: an UPDATE that looked for
/// them itself would wait on MariaDB for every publisher that has not committed yet.
std::string number_by_order(sdk::Dialect dialect, const std::string& ids) {
    const auto numbered =
        "(SELECT id, ROW_NUMBER() OVER (ORDER BY id) AS n FROM core_outbox_events WHERE id IN " + ids + ") numbered ";
    if (dialect == sdk::Dialect::sqlite)
        return "UPDATE core_outbox_events SET position = ? + numbered.n FROM " + numbered +
               "WHERE core_outbox_events.id = numbered.id";
    return "UPDATE core_outbox_events e JOIN " + numbered + "ON numbered.id = e.id SET e.position = ? + numbered.n";
}

}  // namespace

sdk::Result<void> EventLog::append(sdk::SqlExecutor& where, const sdk::CallContext& context, const StoredEvent& event) {
    static constexpr std::string_view kInto =
        "core_outbox_events (id, position, type, tenant, publisher, hop, occurred_at, recorded_at, body)";
    sdk::DbValues row{event.id,  nullptr,           event.type,   event.tenant, event.publisher,
                      event.hop, event.occurred_at, clock_.now(), event.body};
    // Nobody can see it before the commit: it may share a statement with the others of its transaction.
    if (auto* late = dynamic_cast<data::LateRows*>(&where)) {
        late->insert_late(kInto, std::move(row));
    } else {
        auto done =
            where.execute(context, "INSERT INTO " + std::string(kInto) + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row);
        if (!done) return done.error();
    }
    background::passing(steps_, "outbox.appended");
    return sdk::ok();
}

sdk::Result<std::int64_t> EventLog::give_positions(const sdk::CallContext& context) {
    auto fresh = database_.query_one(context, "SELECT id FROM core_outbox_events WHERE position IS NULL LIMIT 1");
    if (!fresh) return fresh.error();
    if (!*fresh) return std::int64_t{0};
    std::int64_t given = 0;
    auto done = database_.transaction(context, [&](sdk::Transaction& tx) -> sdk::Result<void> {
        auto numbered = number(tx, context);
        if (!numbered) return numbered.error();
        given = numbered->given;
        return sdk::ok();
    });
    if (!done) return done.error();
    background::passing(steps_, "outbox.numbered");
    return given;
}

sdk::Result<std::int64_t> EventLog::number_all(sdk::Transaction& tx, const sdk::CallContext& context) {
    for (;;) {
        auto numbered = number(tx, context);
        if (!numbered) return numbered.error();
        if (numbered->given == 0) return numbered->last;
    }
}

sdk::Result<EventLog::Numbered> EventLog::number(sdk::Transaction& tx, const sdk::CallContext& context) {
    const bool sqlite = tx.dialect() == sdk::Dialect::sqlite;
    auto row = tx.query_one(context, sqlite ? "SELECT last_position FROM core_outbox_sequence WHERE id = 1"
                                            : "SELECT last_position FROM core_outbox_sequence WHERE id = 1 FOR UPDATE");
    if (!row) return row.error();
    if (!*row) return sdk::fail("outbox.no_sequence", "Table core_outbox_sequence has lost its row; restore it.");
    const auto last = (*row)->integer("last_position");
    auto fresh = tx.query(context, "SELECT id FROM core_outbox_events WHERE position IS NULL ORDER BY id LIMIT ?",
                          {kNumberedInOneGo});
    if (!fresh) return fresh.error();
    if (fresh->empty()) return Numbered{0, last};
    std::vector<std::string> ids;
    for (const auto& event : *fresh) ids.push_back(event.text("id"));
    const auto list = background::in_list(ids);
    sdk::DbValues values;
    if (sqlite) values.emplace_back(last);
    background::append(values, ids);
    if (!sqlite) values.emplace_back(last);
    auto given = tx.execute(context, number_by_order(tx.dialect(), list), values);
    if (!given) return given.error();
    auto noted = tx.execute(context, "UPDATE core_outbox_sequence SET last_position = ? WHERE id = 1", {last + *given});
    if (!noted) return noted.error();
    background::passing(steps_, "outbox.numbering");
    return Numbered{*given, last + *given};
}

sdk::Result<std::map<std::string, std::int64_t>> EventLog::newest_after(const sdk::CallContext& context,
                                                                        std::int64_t position) {
    auto rows = database_.query(
        context, "SELECT type, MAX(position) AS newest FROM core_outbox_events WHERE position > ? GROUP BY type",
        {position});
    if (!rows) return rows.error();
    std::map<std::string, std::int64_t> newest;
    for (const auto& row : *rows) newest[row.text("type")] = row.integer("newest");
    return newest;
}

sdk::Result<std::vector<StoredEvent>> EventLog::read(sdk::SqlExecutor& where, const sdk::CallContext& context,
                                                     const std::string& type, std::int64_t after, int most) {
    static const auto sql =
        std::string("SELECT ") + kEventColumns +
        " FROM core_outbox_events e WHERE e.type = ? AND e.position > ? ORDER BY e.position LIMIT ?";
    auto rows = where.query(context, sql, {type, after, most});
    if (!rows) return rows.error();
    std::vector<StoredEvent> events;
    events.reserve(rows->size());
    for (const auto& row : *rows) events.push_back(read_stored_event(row));
    return events;
}

sdk::Result<std::int64_t> EventLog::purge(const sdk::CallContext& context, sdk::Instant recorded_before,
                                          sdk::Instant forgotten) {
    auto rows = database_.query(
        context,
        "SELECT e.id AS id FROM core_outbox_events e WHERE e.recorded_at < ? AND e.position IS NOT NULL "
        "AND NOT EXISTS (SELECT 1 FROM core_outbox_cursors c WHERE c.type = e.type AND c.position < e.position "
        "AND c.seen_at >= ?) "
        "AND NOT EXISTS (SELECT 1 FROM core_outbox_retries r WHERE r.event_id = e.id) "
        "ORDER BY e.recorded_at LIMIT 256",
        {recorded_before, forgotten});
    if (!rows) return rows.error();
    if (rows->empty()) return std::int64_t{0};
    std::vector<std::string> ids;
    for (const auto& row : *rows) ids.push_back(row.text("id"));
    const auto list = background::in_list(ids);
    sdk::DbValues values;
    background::append(values, ids);
    return database_.execute(context, "DELETE FROM core_outbox_events WHERE id IN " + list, values);
}

}  // namespace whatsflow::outbox
