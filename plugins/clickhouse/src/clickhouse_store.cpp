#include "clickhouse_store.hpp"

#include "literal.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <thread>

namespace whatsflow::clickhouse {

using nlohmann::json;
using sdk::draft::AnalyticsBots;
using sdk::draft::AnalyticsErased;
using sdk::draft::AnalyticsPlace;
using sdk::draft::AnalyticsVisit;

namespace {

constexpr const char* kEvents = "analytics_events";
constexpr const char* kVisits = "analytics_visits";
constexpr std::int64_t kDay = 24ll * 3600 * 1'000'000;
constexpr std::int64_t kPart = 30 * kDay;

constexpr const char* kEventColumns =
    "site Int64, occurred_at Int64, id String, received_at Int64, name String, visitor Int64, person String, visit "
    "Int64, "
    "hostname String, path String, source String, medium String, campaign String, country String, browser String, "
    "system "
    "String, device String, language String, bot Int64, consented UInt8, revenue Int64, currency String, properties "
    "String";
constexpr const char* kVisitColumns =
    "site Int64, started_at Int64, id Int64, visitor Int64, last_at Int64, views Int64, events Int64, bot Int64, entry "
    "String, exit String, hostname String, source String, medium String, campaign String, country String, browser "
    "String, "
    "system String, device String";
constexpr const char* kTallies = "count(), countIf(name = '$pageview'), uniqExact(visitor)";
constexpr const char* kVisitTallies =
    "count(), sum(views <= 1 AND events = views), sum(intDiv(last_at - started_at, 1000000))";

struct Column {
    std::string_view dimension;
    const char* name;
    bool of_events, of_visits;
};
constexpr Column kColumns[] = {
    {"event", "name", true, false},       {"page", "path", true, false},      {"entry", "entry", false, true},
    {"host", "hostname", true, true},     {"source", "source", true, true},   {"medium", "medium", true, true},
    {"campaign", "campaign", true, true}, {"country", "country", true, true}, {"browser", "browser", true, true},
    {"system", "system", true, true},     {"device", "device", true, true},   {"language", "language", true, false}};

const Column* column_of(std::string_view dimension) {
    const auto found = std::ranges::find(kColumns, dimension, &Column::dimension);
    return found == std::end(kColumns) ? nullptr : &*found;
}

std::string bots_of(AnalyticsBots bots) {
    return bots == AnalyticsBots::exclude ? " AND bot = 0" : bots == AnalyticsBots::only ? " AND bot != 0" : "";
}

std::string where(const sdk::draft::AnalyticsSelection& selection, const std::string& time) {
    auto text = " WHERE " + time + " >= " + std::to_string(selection.from) + " AND " + time + " < " +
                std::to_string(selection.to) + bots_of(selection.bots);
    if (!selection.sites.empty()) text += " AND site IN " + list_of(selection.sites);
    return text;
}

/// Nothing when visits cannot answer: of single events there are none.
std::optional<std::string> where_of_visits(const sdk::draft::AnalyticsSelection& selection) {
    if (!selection.names.empty() || !selection.person.empty()) return std::nullopt;
    auto text = where(selection, "started_at");
    for (const auto& [dimension, value] : selection.filters) {
        const auto* column = column_of(dimension);
        if (!column || !column->of_visits) return std::nullopt;
        text += std::string(" AND ") + column->name + " = " + literal(value);
    }
    return text;
}

std::string line_of(const json& object) {
    return object.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
}

json object_of(const sdk::draft::AnalyticsRecord& event) {
    return {{"site", event.site},
            {"occurred_at", event.occurred_at},
            {"id", hex(event.id)},
            {"received_at", event.received_at},
            {"name", event.name},
            {"visitor", event.visitor},
            {"person", event.person},
            {"visit", event.visit},
            {"hostname", event.hostname},
            {"path", event.path},
            {"source", event.source},
            {"medium", event.medium},
            {"campaign", event.campaign},
            {"country", event.country},
            {"browser", event.browser},
            {"system", event.system},
            {"device", event.device},
            {"language", event.language},
            {"bot", event.bot},
            {"consented", event.consented ? 1 : 0},
            {"revenue", event.revenue},
            {"currency", event.currency},
            {"properties", event.properties}};
}

json object_of(const AnalyticsVisit& visit) {
    return {{"site", visit.site},
            {"started_at", visit.started_at},
            {"id", visit.id},
            {"visitor", visit.visitor},
            {"last_at", visit.last_at},
            {"views", visit.views},
            {"events", visit.events},
            {"bot", visit.bot},
            {"entry", visit.entry_path},
            {"exit", visit.exit_path},
            {"hostname", visit.hostname},
            {"source", visit.source},
            {"medium", visit.medium},
            {"campaign", visit.campaign},
            {"country", visit.country},
            {"browser", visit.browser},
            {"system", visit.system},
            {"device", visit.device}};
}

sdk::draft::AnalyticsRecord record_of(const json& row) {
    sdk::draft::AnalyticsRecord event;
    std::size_t at = 0;
    const auto number = [&] { return row.at(at++).get<std::int64_t>(); };
    const auto text = [&] { return row.at(at++).get<std::string>(); };
    event.site = number();
    event.occurred_at = number();
    event.id = bytes_of_hex(text());
    event.received_at = number();
    event.name = text();
    event.visitor = number();
    event.person = text();
    event.visit = number();
    event.hostname = text();
    event.path = text();
    event.source = text();
    event.medium = text();
    event.campaign = text();
    event.country = text();
    event.browser = text();
    event.system = text();
    event.device = text();
    event.language = text();
    event.bot = number();
    event.consented = number() != 0;
    event.revenue = number();
    event.currency = text();
    event.properties = text();
    return event;
}

}  // namespace

std::string where_of_events(const sdk::draft::AnalyticsSelection& selection) {
    auto text = where(selection, "occurred_at");
    if (!selection.names.empty()) text += " AND name IN " + list_of(selection.names);
    if (!selection.person.empty()) text += " AND person = " + literal(selection.person);
    for (const auto& [dimension, value] : selection.filters)
        if (const auto* column = column_of(dimension); column && column->of_events)
            text += std::string(" AND ") + column->name + " = " + literal(value);
    return text;
}

std::string ClickHouseStore::from(const char* table) const {
    return " FROM " + server_.database() + "." + table + " FINAL";
}

sdk::Result<void> ClickHouseStore::prepare(const sdk::CallContext& context) {
    const std::lock_guard lock(preparing_);
    if (is_prepared_) return sdk::ok();
    const auto& database = server_.database();
    const auto table = [&](const char* name, const char* columns, const char* kind, const char* time,
                           const char* order) {
        return "CREATE TABLE IF NOT EXISTS " + database + "." + name + " (" + columns + ") ENGINE = " + kind +
               " PARTITION BY intDiv(" + time + ", " + std::to_string(kPart) + ") ORDER BY " + order;
    };
    for (const auto& sql :
         {"CREATE DATABASE IF NOT EXISTS " + database,
          table(kEvents, kEventColumns, "ReplacingMergeTree()", "occurred_at", "(site, occurred_at, id)"),
          // A visit only grows: the row with the most events is the newest.
          table(kVisits, kVisitColumns, "ReplacingMergeTree(events)", "started_at", "(site, started_at, id)")})
        if (auto done = server_.run(context, sql); !done) return done;
    is_prepared_ = true;
    return sdk::ok();
}

sdk::Result<void> ClickHouseStore::append(const sdk::CallContext& context, const std::vector<const Record*>& events,
                                          const std::vector<const AnalyticsVisit*>& visits) {
    if (auto done = prepare(context); !done) return done;
    std::string lines;
    for (const auto* event : events) lines += line_of(object_of(*event));
    if (!lines.empty())
        if (auto done = server_.insert(context, kEvents, std::move(lines)); !done) return done;
    lines.clear();
    for (const auto* visit : visits) lines += line_of(object_of(*visit));
    return lines.empty() ? sdk::ok() : server_.insert(context, kVisits, std::move(lines));
}

sdk::Result<std::vector<ClickHouseStore::Part>> ClickHouseStore::grouped(const sdk::CallContext& context,
                                                                         const Selection& selection,
                                                                         const std::string& key_of_events,
                                                                         const std::string& key_of_visits,
                                                                         const std::string& further_condition) const {
    std::map<json, Tally> parts;
    if (!key_of_events.empty()) {
        const auto rows = server_.rows(context, "SELECT " + key_of_events + " AS k, " + kTallies + from(kEvents) +
                                                    where_of_events(selection) + further_condition + " GROUP BY k");
        if (!rows) return rows.error();
        for (const auto& row : *rows) {
            auto& tally = parts[row.at(0)];
            tally.events = row.at(1);
            tally.views = row.at(2);
            tally.visitors = row.at(3);
        }
    }
    const auto visits = key_of_visits.empty() ? std::nullopt : where_of_visits(selection);
    if (visits) {
        const auto rows = server_.rows(
            context, "SELECT " + key_of_visits + " AS k, " + kVisitTallies + from(kVisits) + *visits + " GROUP BY k");
        if (!rows) return rows.error();
        for (const auto& row : *rows) {
            auto& tally = parts[row.at(0)];
            tally.visits = row.at(1);
            tally.bounces = row.at(2);
            tally.seconds = row.at(3);
        }
    }
    std::vector<Part> all;
    for (const auto& [key, tally] : parts) {
        Part part;
        part.tally = tally;
        if (key.is_string())
            part.value = key.get<std::string>();
        else
            part.start_at = key.get<std::int64_t>();
        all.push_back(std::move(part));
    }
    return all;
}

sdk::Result<ClickHouseStore::Tally> ClickHouseStore::total(const sdk::CallContext& context,
                                                           const Selection& selection) {
    if (auto done = prepare(context); !done) return done.error();
    const auto all = grouped(context, selection, "0", "0", {});
    if (!all) return all.error();
    return all->empty() ? Tally{} : all->front().tally;
}

sdk::Result<std::vector<ClickHouseStore::Part>> ClickHouseStore::by_time(const sdk::CallContext& context,
                                                                         const Selection& selection, std::int64_t step,
                                                                         std::int64_t phase) {
    if (auto done = prepare(context); !done) return done.error();
    // The start of its step; what is divided is never negative. A rest has the type of the divisor, and an hour
    // would be one of 32 bits.
    const auto width = "toInt64(" + std::to_string(step) + ")";
    const auto start_of = [&](const std::string& at) {
        return at + " - (" + at + " - " + std::to_string(phase) + " + " + width + ") % " + width;
    };
    return grouped(context, selection, start_of("occurred_at"), start_of("started_at"), {});
}

sdk::Result<std::vector<ClickHouseStore::Part>> ClickHouseStore::by_value(const sdk::CallContext& context,
                                                                          const Selection& selection,
                                                                          const std::string& dimension,
                                                                          std::size_t most) {
    const auto* column = column_of(dimension);
    if (!column) return std::vector<Part>{};
    if (auto done = prepare(context); !done) return done.error();
    std::string condition;
    if (dimension == "page") condition = " AND name = '$pageview'";
    if (dimension != "event") condition += " AND visit != 0";
    auto all = grouped(context, selection, column->of_events ? column->name : "", column->of_visits ? column->name : "",
                       condition);
    if (!all) return all;
    std::ranges::stable_sort(*all, std::greater{},
                             [](const Part& part) { return part.tally.events + part.tally.visits; });
    if (all->size() > most) all->resize(most);
    return all;
}

sdk::Result<std::vector<ClickHouseStore::Part>> ClickHouseStore::by_site(const sdk::CallContext& context,
                                                                         const Selection& selection, std::size_t most) {
    if (auto done = prepare(context); !done) return done.error();
    auto all = grouped(context, selection, "site", "site", {});
    if (!all) return all;
    for (auto& part : *all) part.site = std::exchange(part.start_at, 0);
    std::ranges::stable_sort(*all, std::greater{}, [](const Part& part) { return part.tally.views; });
    if (all->size() > most) all->resize(most);
    return all;
}

sdk::Result<std::int64_t> ClickHouseStore::number(const sdk::CallContext& context, const std::string& sql) const {
    const auto rows = server_.rows(context, sql);
    if (!rows) return rows.error();
    return rows->empty() ? std::int64_t{0} : rows->front().at(0).get<std::int64_t>();
}

sdk::Result<std::int64_t> ClickHouseStore::visitors(const sdk::CallContext& context, const Selection& selection) {
    if (auto done = prepare(context); !done) return done.error();
    return number(context, "SELECT uniqExact(visitor)" + from(kEvents) + where_of_events(selection));
}

sdk::Result<std::vector<ClickHouseStore::Record>> ClickHouseStore::read(const sdk::CallContext& context,
                                                                        const Selection& selection,
                                                                        const AnalyticsPlace& after, std::size_t most) {
    if (auto done = prepare(context); !done) return done.error();
    auto rest = selection;
    rest.from = std::max(selection.from, after.occurred_at);
    const auto at = std::to_string(rest.from);
    const auto behind = after.occurred_at < selection.from
                            ? std::string()
                            : " AND (occurred_at > " + at + " OR id > " + literal(hex(after.id)) + ")";
    const auto rows = server_.rows(
        context,
        "SELECT site, occurred_at, id, received_at, name, visitor, person, visit, hostname, path, source, medium, "
        "campaign, country, browser, system, device, language, bot, consented, revenue, currency, properties" +
            from(kEvents) + where_of_events(rest) + behind + " ORDER BY occurred_at, id LIMIT " + std::to_string(most));
    if (!rows) return rows.error();
    std::vector<Record> events;
    events.reserve(rows->size());
    for (const auto& row : *rows) events.push_back(record_of(row));
    return events;
}

/// Deletions run beside everything else; what they were asked for counts as gone when they are done.
sdk::Result<void> ClickHouseStore::remove(const sdk::CallContext& context, const std::string& table,
                                          const std::string& condition) const {
    constexpr auto kLongest = std::chrono::minutes{10};
    constexpr auto kBetween = std::chrono::milliseconds{50};
    if (auto done =
            server_.run(context, "ALTER TABLE " + server_.database() + "." + table + " DELETE WHERE " + condition);
        !done)
        return done;
    const auto until =
        std::chrono::steady_clock::now() + std::min<std::chrono::milliseconds>(kLongest, context.remaining());
    while (std::chrono::steady_clock::now() < until) {
        const auto waiting =
            number(context, "SELECT count() FROM system.mutations WHERE database = " + literal(server_.database()) +
                                " AND table = " + literal(table) + " AND is_done = 0");
        if (!waiting) return waiting.error();
        if (*waiting == 0) return sdk::ok();
        std::this_thread::sleep_for(kBetween);
    }
    return sdk::fail("database.busy", "ClickHouse has not finished a deletion yet. Try again.");
}

sdk::Result<AnalyticsErased> ClickHouseStore::erase(const sdk::CallContext& context, const Selection& selection) {
    constexpr std::size_t kAtOnce = 5'000;
    if (auto done = prepare(context); !done) return done.error();
    const auto condition = where_of_events(selection);
    const auto events = number(context, "SELECT count()" + from(kEvents) + condition);
    if (!events) return events.error();
    const auto visits =
        server_.rows(context, "SELECT DISTINCT site, visit" + from(kEvents) + condition + " AND visit != 0");
    if (!visits) return visits.error();
    for (std::size_t done = 0; done < visits->size(); done += kAtOnce) {
        std::string pairs;
        for (auto i = done; i < std::min(visits->size(), done + kAtOnce); ++i)
            pairs += (pairs.empty() ? "(" : ", (") + (*visits)[i][0].dump() + ", " + (*visits)[i][1].dump() + ")";
        if (auto gone = remove(context, kVisits, "(site, id) IN (" + pairs + ")"); !gone) return gone.error();
    }
    if (*events > 0)
        if (auto gone = remove(context, kEvents, condition.substr(std::string_view(" WHERE ").size())); !gone)
            return gone.error();
    const auto left = number(context, "SELECT count()" + from(kEvents) + condition);
    if (!left) return left.error();
    return AnalyticsErased{*events, static_cast<std::int64_t>(visits->size()), *left};
}

sdk::Result<std::int64_t> ClickHouseStore::drop_parts(const sdk::CallContext& context, const std::string& table,
                                                      std::int64_t at, const char* time) const {
    const auto parts =
        server_.rows(context, "SELECT DISTINCT toInt64(partition) FROM system.parts WHERE active AND database = " +
                                  literal(server_.database()) + " AND table = " + literal(table));
    if (!parts) return parts.error();
    std::int64_t gone = 0;
    for (const auto& part : *parts) {
        const auto number_of_part = part.at(0).get<std::int64_t>();
        if ((number_of_part + 1) * kPart > at) continue;
        if (auto done = server_.run(context, "ALTER TABLE " + server_.database() + "." + table + " DROP PARTITION " +
                                                 std::to_string(number_of_part));
            !done)
            return done.error();
        ++gone;
    }
    const auto rest =
        number(context, "SELECT count()" + from(table.c_str()) + " WHERE " + time + " < " + std::to_string(at));
    if (!rest) return rest;
    if (*rest > 0)
        if (auto done = remove(context, table, std::string(time) + " < " + std::to_string(at)); !done)
            return done.error();
    return gone + *rest;
}

sdk::Result<std::int64_t> ClickHouseStore::forget_before(const sdk::CallContext& context, std::int64_t at) {
    if (auto done = prepare(context); !done) return done.error();
    return drop_parts(context, kEvents, at / kDay * kDay, "occurred_at");
}

sdk::Result<std::int64_t> ClickHouseStore::forget_visits_before(const sdk::CallContext& context, std::int64_t at) {
    if (auto done = prepare(context); !done) return done.error();
    return drop_parts(context, kVisits, at, "started_at");
}

}  // namespace whatsflow::clickhouse
