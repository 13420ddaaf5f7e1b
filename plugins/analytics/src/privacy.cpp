#include "privacy.hpp"

#include "core/arrival.hpp"
#include "rows.hpp"

#include <whatsflow/sdk/id.hpp>

namespace whatsflow::analytics {

using nlohmann::json;

namespace {

constexpr std::int64_t kPiece = 5'000;
constexpr std::size_t kMostExported = 200'000;

/// Deletes in pieces, so that no transaction holds others up. MariaDB and SQLite agree on a list of keys only.
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

}  // namespace

sdk::Result<std::vector<std::string>> Privacy::all_tables(const sdk::CallContext& context) const {
    return tables_.holding(context, 0, sdk::to_micros(host_.clock().now()) + 2 * kDay);
}

sdk::Result<std::int64_t> Privacy::forget_old(const sdk::CallContext& context) {
    auto& database = host_.database();
    const auto now = sdk::to_micros(host_.clock().now());
    const auto before = [&](std::int64_t days) { return days == 0 ? 0 : now - days * kDay; };
    if (auto done = keys_.forget_old(context); !done) return done.error();
    const auto tables = tables_.drop_before(context, before(keeping_.events), now - 3 * kDay);
    if (!tables) return tables.error();
    std::int64_t gone = *tables;
    const auto all = all_tables(context);
    if (!all) return all.error();
    if (keeping_.events > 0 && std::ranges::find(*all, DayTables::kOldEvents) != all->end()) {
        // What was old when it came is kept as long as anything else, from then on.
        const auto old = delete_in_pieces(database, context, DayTables::kOldEvents, {"site", "occurred_at", "id"},
                                          "received_at < ?", {before(keeping_.events)});
        if (!old) return old;
        gone += *old;
    }
    const auto visits = delete_in_pieces(database, context, "analytics_visits", {"site", "id"}, "started_at < ?",
                                         {before(keeping_.visits)});
    if (!visits) return visits;
    gone += *visits;
    for (const char* table : {"analytics_hours", "analytics_days"}) {
        const auto sums = delete_in_pieces(database, context, table, {"site", "start_at", "bot", "dimension", "value"},
                                           "start_at < ?", {before(keeping_.sums)});
        if (!sums) return sums;
        gone += *sums;
    }
    return gone;
}

sdk::Result<Erased> Privacy::erase_where(const sdk::CallContext& context, const std::string& condition,
                                         const sdk::DbValues& values, const std::string& reason) {
    // What was accepted a moment ago is known of too.
    if (const auto waiting = intake_.take_over(sdk::Milliseconds{5'000}); !waiting) return waiting.error();
    auto& database = host_.database();
    const auto tables = all_tables(context);
    if (!tables) return tables.error();
    Erased erased{sdk::make_uuid(), 0, 0, 0};
    for (const auto& table : *tables) {
        const auto visits = database.query(
            context,
            "SELECT DISTINCT site, visit FROM " + table + " WHERE " + condition + " AND visit <> 0 LIMIT 90000",
            values);
        if (!visits) return visits.error();
        for (const auto& row : *visits) {
            const auto gone =
                database.execute(context, "DELETE FROM analytics_visits WHERE site = ? AND id = ?", row.values());
            if (!gone) return gone.error();
            erased.visits += *gone;
        }
        const auto gone = delete_in_pieces(database, context, table, {"site", "occurred_at", "id"}, condition, values);
        if (!gone) return gone.error();
        erased.events += *gone;
    }
    for (const auto& table : *tables) {
        const auto row =
            database.query_one(context, "SELECT COUNT(*) AS n FROM " + table + " WHERE " + condition, values);
        if (!row) return row.error();
        erased.left_over += (*row)->integer("n");
    }
    const auto kept = database.execute(
        context,
        "INSERT INTO analytics_erasures (id, erased_at, reason, events, visits, left_over) VALUES (?, ?, ?, ?, ?, ?)",
        {erased.receipt, host_.clock().now(), reason, erased.events, erased.visits, erased.left_over});
    if (!kept) return kept.error();
    return erased;
}

sdk::Result<Erased> Privacy::erase(const sdk::CallContext& context, const std::string& person,
                                   const std::string& reason) {
    return erase_where(context, "person = ?", {cut(person, longest::kPerson)}, reason);
}

sdk::Result<std::string> Privacy::lines_of(const sdk::CallContext& context, const std::string& condition,
                                           const sdk::DbValues& values) const {
    const auto tables = all_tables(context);
    if (!tables) return tables.error();
    std::string lines;
    std::size_t count = 0;
    for (const auto& table : *tables) {
        const auto rows = host_.database().query(
            context,
            "SELECT occurred_at, id, name, hostname, path, source, campaign, country, browser, system_name, device, "
            "language, properties FROM " +
                table + " WHERE " + condition + " ORDER BY site, occurred_at, id LIMIT 50000",
            values);
        if (!rows) return rows.error();
        for (const auto& row : *rows) {
            if (++count > kMostExported) return lines;
            auto properties = json::parse(row.text("properties"), nullptr, false);
            const json line{{"at", sdk::to_rfc3339(row.instant("occurred_at"))},
                            {"id", uuid_text(row.bytes("id"))},
                            {"event", row.text("name")},
                            {"hostname", row.text("hostname")},
                            {"path", row.text("path")},
                            {"source", row.text("source")},
                            {"campaign", row.text("campaign")},
                            {"country", row.text("country")},
                            {"browser", row.text("browser")},
                            {"system", row.text("system_name")},
                            {"device", row.text("device")},
                            {"language", row.text("language")},
                            {"properties", properties.is_discarded() ? json::object() : std::move(properties)}};
            lines += line.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
        }
    }
    return lines;
}

sdk::Result<std::vector<sdk::PersonalData::ExportedFile>> Privacy::export_user(const sdk::CallContext& context,
                                                                               const sdk::UserId& user) {
    auto lines = lines_of(context, "person = ? AND site IN (1, 2)", {user.text()});
    if (!lines) return lines.error();
    if (lines->empty()) return std::vector<ExportedFile>{};
    return std::vector<ExportedFile>{{"analytics/events.ndjson", std::move(*lines)}};
}

sdk::Result<std::vector<sdk::PersonalData::ExportedFile>> Privacy::export_tenant(const sdk::CallContext& context,
                                                                                 const sdk::TenantId& tenant) {
    const auto sites =
        host_.database().query(sdk::across_tenants(context, "analytics.export"),
                               "SELECT number FROM analytics_sites WHERE tenant_id = ?", {tenant.text()});
    if (!sites) return sites.error();
    if (sites->empty()) return std::vector<ExportedFile>{};
    sdk::DbValues numbers;
    for (const auto& site : *sites) numbers.emplace_back(site.integer("number"));
    auto lines = lines_of(context, "site IN (" + places(numbers.size()) + ")", numbers);
    if (!lines) return lines.error();
    return std::vector<ExportedFile>{{"analytics/events.ndjson", std::move(*lines)}};
}

sdk::Result<int> Privacy::erase_user(const sdk::CallContext& context, const sdk::UserId& user) {
    const auto erased = erase(context, user.text(), "user");
    if (!erased) return erased.error();
    return static_cast<int>(erased->events + erased->visits);
}

sdk::Result<int> Privacy::erase_tenant(const sdk::CallContext& context, const sdk::TenantId& tenant) {
    const auto crossing = sdk::across_tenants(context, "analytics.erase");
    const auto sites =
        host_.database().query(crossing, "SELECT number FROM analytics_sites WHERE tenant_id = ?", {tenant.text()});
    if (!sites) return sites.error();
    auto erased = erase(context, tenant.text(), "tenant");
    if (!erased) return erased.error();
    auto touched = erased->events + erased->visits;
    for (const auto& site : *sites) {
        const sdk::DbValues number{site.integer("number")};
        erased = erase_where(context, "site = ?", number, "tenant");
        if (!erased) return erased.error();
        touched += erased->events + erased->visits;
        for (const char* table : {"analytics_hours", "analytics_days", "analytics_visits"})
            if (auto gone =
                    host_.database().execute(context, std::string("DELETE FROM ") + table + " WHERE site = ?", number);
                !gone)
                return gone.error();
        if (auto gone = host_.database().execute(crossing, "DELETE FROM analytics_sites WHERE number = ?", number);
            !gone)
            return gone.error();
    }
    return static_cast<int>(touched);
}

sdk::Result<void> register_privacy(sdk::Host& host, Privacy& privacy) {
    if (auto done = sdk::provide_service<sdk::PersonalData>(host, privacy, {{"plugin", host.plugin_id()}}); !done)
        return done;
    const auto forget = [&](sdk::JobRun& run) -> sdk::Result<void> {
        const auto gone = privacy.forget_old(run.context());
        return gone ? sdk::ok() : sdk::Result<void>(gone.error());
    };
    sdk::JobOptions options;
    options.lease = std::chrono::minutes{10};
    options.at_once = 1;
    if (auto done = host.jobs().handle("analytics.forget_old", forget, options); !done) return done;
    return host.jobs().schedule(
        {.name = "analytics.retention", .kind = "analytics.forget_old", .every = std::chrono::hours{6}});
}

}  // namespace whatsflow::analytics
