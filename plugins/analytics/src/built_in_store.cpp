#include "built_in_store.hpp"

#include "rows.hpp"

namespace whatsflow::analytics {
namespace {

constexpr const char* kSums = "events, views, visits, bounces, seconds, visitors";
constexpr const char* kEventsPerHour =
    "SELECT occurred_at - occurred_at % 3600000000 AS hour_at, COUNT(*) AS n, "
    "CAST(SUM(CASE WHEN name = '$pageview' THEN 1 ELSE 0 END) AS SIGNED) AS views FROM ";
constexpr const char* kVisitsPerHour =
    "SELECT started_at - started_at % 3600000000 AS hour_at, COUNT(*) AS n, "
    "CAST(SUM(CASE WHEN views <= 1 AND events = views THEN 1 ELSE 0 END) AS SIGNED) AS bounces, "
    "CAST(SUM((last_at - started_at) / 1000000) AS SIGNED) AS seconds FROM analytics_visits WHERE";
/// As many rows as one answer may have, and some room.
constexpr std::int64_t kMostDifferent = 90'000;

struct Column {
    std::string_view dimension;
    const char* name;
    bool of_visits;
};
constexpr Column kColumns[] = {
    {"event", "name", false},     {"page", "path", false},        {"host", "hostname", true},
    {"source", "source", true},   {"medium", "medium", true},     {"campaign", "campaign", true},
    {"country", "country", true}, {"browser", "browser", true},   {"system", "system_name", true},
    {"device", "device", true},   {"language", "language", false}};

const Column* column_of(std::string_view dimension) {
    const auto found = std::ranges::find(kColumns, dimension, &Column::dimension);
    return found == std::end(kColumns) ? nullptr : &*found;
}

const char* bots_in_sums(Bots bots) {
    return bots == Bots::exclude ? " AND bot = 0" : bots == Bots::only ? " AND bot = 1" : "";
}

void add_bots(Condition& condition, Bots bots) {
    condition.sql += bots == Bots::exclude ? " AND bot = 0" : bots == Bots::only ? " AND bot <> 0" : "";
}

Condition of_sites(const Asked& asked) {
    Condition condition{" 1 = 1", {}};
    if (asked.sites.empty()) return condition;
    condition.sql = " site IN (" + places(asked.sites.size()) + ")";
    condition.values.assign(asked.sites.begin(), asked.sites.end());
    return condition;
}

void add_row(Tally& tally, const sdk::Row& row) {
    tally.events += row.integer("events");
    tally.views += row.integer("views");
    tally.visits += row.integer("visits");
    tally.bounces += row.integer("bounces");
    tally.seconds += row.integer("seconds");
    tally.visitors.merge(Sketch::read(row.bytes("visitors")));
}

AnalyticsTally told(const Tally& tally) {
    return {tally.events,
            tally.views,
            tally.visits,
            tally.bounces,
            tally.seconds,
            tally.visitors.estimate(),
            tally.visitors.is_exact()};
}

/// Only the events themselves know.
bool needs_events(const Asked& asked) {
    return !asked.filters.empty() || !asked.person.empty() || asked.names.size() > 1;
}

/// Values of a condition, and those that follow it.
sdk::DbValues with(const Condition& condition, std::initializer_list<sdk::DbValue> more) {
    auto values = condition.values;
    values.insert(values.end(), more);
    return values;
}

/// A time, and then the values of a condition.
sdk::DbValues between(std::int64_t from, std::int64_t to, const Condition& condition) {
    sdk::DbValues values{from, to};
    values.insert(values.end(), condition.values.begin(), condition.values.end());
    return values;
}

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

bool is_filter(std::string_view dimension) {
    return column_of(dimension) != nullptr;
}

Condition condition_of(const Asked& asked) {
    auto condition = of_sites(asked);
    if (!asked.names.empty()) condition.sql += " AND name IN (" + places(asked.names.size()) + ")";
    condition.values.insert(condition.values.end(), asked.names.begin(), asked.names.end());
    if (!asked.person.empty()) {
        condition.sql += " AND person = ?";
        condition.values.emplace_back(asked.person);
    }
    for (const auto& [dimension, value] : asked.filters)
        if (const auto* column = column_of(dimension)) {
            condition.sql += std::string(" AND ") + column->name + " = ?";
            condition.values.emplace_back(value);
        }
    add_bots(condition, asked.bots);
    return condition;
}

std::optional<Condition> condition_of_visits(const Asked& asked) {
    // Of single events there are no visits.
    if (!asked.names.empty() || !asked.person.empty()) return std::nullopt;
    auto condition = of_sites(asked);
    for (const auto& [dimension, value] : asked.filters) {
        const auto* column = column_of(dimension);
        if (!column || !column->of_visits) return std::nullopt;
        condition.sql += std::string(" AND ") + column->name + " = ?";
        condition.values.emplace_back(value);
    }
    add_bots(condition, asked.bots);
    return condition;
}

/// Hours tell an event's name apart up to the thousandth; beyond that only the events know.
sdk::Result<bool> BuiltInStore::is_summed_up(const sdk::CallContext& context, const Asked& asked) const {
    if (needs_events(asked)) return false;
    if (asked.names.empty()) return true;
    const auto sites = of_sites(asked);
    const auto row = host_.database().query_one(
        context,
        "SELECT 1 AS n FROM analytics_hours WHERE" + sites.sql +
            " AND start_at >= ? AND start_at < ? AND dimension = 'event' AND value = ? LIMIT 1",
        with(sites, {asked.from - kHour, asked.to, kOther}));
    if (!row) return row.error();
    return !*row;
}

sdk::Result<void> BuiltInStore::add_hours(const sdk::CallContext& context, const Asked& asked, std::int64_t from,
                                          std::int64_t to, Hours& hours) const {
    constexpr std::int64_t kPage = 40'000;
    const auto sites = of_sites(asked);
    while (from < to) {
        const auto rows = host_.database().query(
            context,
            std::string("SELECT site, start_at, ") + kSums + " FROM analytics_hours WHERE" + sites.sql +
                " AND start_at >= ? AND start_at < ? AND dimension = ? AND value = ?" + bots_in_sums(asked.bots) +
                " ORDER BY start_at LIMIT ?",
            with(sites, {from, to, asked.names.empty() ? dimension::kTotal : dimension::kEvent,
                         asked.names.empty() ? std::string() : asked.names.front(), kPage}));
        if (!rows) return rows.error();
        const bool more = static_cast<std::int64_t>(rows->size()) == kPage;
        // An hour may be cut by the page's end: it comes again whole.
        const auto last = more ? rows->back().integer("start_at") : to;
        for (const auto& row : *rows)
            if (row.integer("start_at") < last) add_row(hours[row.integer("start_at")], row);
        from = last;
    }
    return sdk::ok();
}

sdk::Result<void> BuiltInStore::add_visits(const sdk::CallContext& context, const Asked& asked, std::int64_t from,
                                           std::int64_t to, Hours& hours) const {
    const auto condition = condition_of_visits(asked);
    if (!condition) return sdk::ok();
    const auto visits = host_.database().query(context,
                                               kVisitsPerHour + condition->sql +
                                                   " AND started_at >= ? AND started_at < ? GROUP BY started_at - "
                                                   "started_at % 3600000000",
                                               with(*condition, {from, to}));
    if (!visits) return visits.error();
    for (const auto& row : *visits) {
        auto& tally = hours[row.integer("hour_at")];
        tally.visits += row.integer("n");
        tally.bounces += row.integer("bounces");
        tally.seconds += row.integer("seconds");
    }
    return sdk::ok();
}

sdk::Result<void> BuiltInStore::add_raw(const sdk::CallContext& context, const Asked& asked, std::int64_t from,
                                        std::int64_t to, Hours& hours) const {
    if (from >= to) return sdk::ok();
    const auto tables = tables_.holding(context, from, to);
    if (!tables) return tables.error();
    const auto condition = condition_of(asked);
    const auto values = with(condition, {from, to});
    for (const auto& table : *tables) {
        const auto where = table + " WHERE" + condition.sql + " AND occurred_at >= ? AND occurred_at < ?";
        const auto counted = host_.database().query(
            context, kEventsPerHour + where + " GROUP BY occurred_at - occurred_at % 3600000000", values);
        if (!counted) return counted.error();
        for (const auto& row : *counted) {
            auto& tally = hours[row.integer("hour_at")];
            tally.events += row.integer("n");
            tally.views += row.integer("views");
        }
        const auto who =
            host_.database().query(context,
                                   "SELECT DISTINCT occurred_at - occurred_at % 3600000000 AS hour_at, visitor FROM " +
                                       where + " LIMIT " + std::to_string(kMostDifferent),
                                   values);
        if (!who) return who.error();
        for (const auto& row : *who)
            hours[row.integer("hour_at")].visitors.add(static_cast<std::uint64_t>(row.integer("visitor")));
    }
    return add_visits(context, asked, from, to, hours);
}

sdk::Result<BuiltInStore::Hours> BuiltInStore::hours_of(const sdk::CallContext& context, const Asked& asked) const {
    Hours hours;
    if (asked.sites.empty() || asked.from >= asked.to) return hours;
    const auto summed = is_summed_up(context, asked);
    if (!summed) return summed.error();
    const auto first = start_of(Period::hour, asked.from + kHour - 1), last = start_of(Period::hour, asked.to);
    if (!*summed || first >= last) {
        if (auto done = add_raw(context, asked, asked.from, asked.to, hours); !done) return done.error();
        return hours;
    }
    if (auto done = add_raw(context, asked, asked.from, first, hours); !done) return done.error();
    if (auto done = add_hours(context, asked, first, last, hours); !done) return done.error();
    if (auto done = add_raw(context, asked, last, asked.to, hours); !done) return done.error();
    return hours;
}

sdk::Result<AnalyticsTally> BuiltInStore::total(const sdk::CallContext& context, const Asked& asked) {
    const auto hours = hours_of(context, asked);
    if (!hours) return hours.error();
    Tally all;
    for (const auto& [at, tally] : *hours) all.add(tally);
    return told(all);
}

sdk::Result<std::vector<AnalyticsPart>> BuiltInStore::by_time(const sdk::CallContext& context, const Asked& asked,
                                                              std::int64_t step) {
    const auto hours = hours_of(context, asked);
    if (!hours) return hours.error();
    std::map<std::int64_t, Tally> steps;
    for (const auto& [at, tally] : *hours) steps[start_of(step == kHour ? Period::hour : Period::day, at)].add(tally);
    std::vector<AnalyticsPart> all;
    for (const auto& [at, tally] : steps) all.push_back({at, 0, {}, told(tally)});
    return all;
}

/// Where sums do not help: the most frequent values first, then who they were.
sdk::Result<std::vector<AnalyticsPart>> BuiltInStore::values_of_events(const sdk::CallContext& context,
                                                                       const Asked& asked, const std::string& dimension,
                                                                       std::size_t most) const {
    const auto* column = column_of(dimension);
    if (!column) return std::vector<AnalyticsPart>{};
    const auto tables = tables_.holding(context, asked.from, asked.to);
    if (!tables) return tables.error();
    auto condition = condition_of(asked);
    if (dimension == dimension::kPage) condition.sql += " AND name = '$pageview'";
    if (dimension != dimension::kEvent) condition.sql += " AND visit <> 0";
    const auto where = " WHERE occurred_at >= ? AND occurred_at < ? AND" + condition.sql;
    std::map<std::string, Tally> values;
    for (const auto& table : *tables) {
        const auto rows = host_.database().query(
            context,
            std::string("SELECT ") + column->name +
                " AS value, COUNT(*) AS n, CAST(SUM(CASE WHEN name = '$pageview' THEN 1 ELSE 0 END) AS SIGNED) AS "
                "views FROM " +
                table + where + " GROUP BY " + column->name + " LIMIT " + std::to_string(kMostDifferent),
            between(asked.from, asked.to, condition));
        if (!rows) return rows.error();
        for (const auto& row : *rows) {
            values[row.text("value")].events += row.integer("n");
            values[row.text("value")].views += row.integer("views");
        }
    }
    std::vector<std::pair<std::string, Tally>> ordered(values.begin(), values.end());
    std::ranges::stable_sort(ordered, std::greater{}, [](const auto& each) { return each.second.events; });
    if (ordered.size() > most) ordered.resize(most);
    std::vector<AnalyticsPart> all;
    for (auto& [value, tally] : ordered) {
        auto one = between(asked.from, asked.to, condition);
        one.emplace_back(value);
        for (const auto& table : *tables) {
            const auto who = host_.database().query(context,
                                                    "SELECT DISTINCT visitor FROM " + table + where + " AND " +
                                                        column->name + " = ? LIMIT " + std::to_string(kMostDifferent),
                                                    one);
            if (!who) return who.error();
            for (const auto& row : *who) tally.visitors.add(static_cast<std::uint64_t>(row.integer("visitor")));
        }
        if (column->of_visits) {
            auto of_value = asked;
            of_value.filters.emplace_back(dimension, value);
            Hours hours;
            if (auto done = add_visits(context, of_value, asked.from, asked.to, hours); !done) return done.error();
            for (const auto& [at, visits] : hours) tally.add(visits);
        }
        all.push_back({0, 0, value, told(tally)});
    }
    return all;
}

sdk::Result<std::vector<AnalyticsPart>> BuiltInStore::by_value(const sdk::CallContext& context, const Asked& given,
                                                               const std::string& dimension, std::size_t most) {
    std::vector<AnalyticsPart> all;
    if (given.sites.empty()) return all;
    auto asked = given;
    asked.from = start_of(Period::day, given.from);
    asked.to = start_of(Period::day, given.to + kDay - 1);
    if (needs_events(asked)) return values_of_events(context, asked, dimension, most);
    const auto sites = of_sites(asked);
    const auto values = with(sites, {asked.from, asked.to, dimension});
    const auto bots = bots_in_sums(asked.bots);
    const auto rows = host_.database().query(
        context,
        "SELECT value, CAST(SUM(events) AS SIGNED) AS events FROM analytics_days WHERE" + sites.sql +
            " AND start_at >= ? AND start_at < ? AND dimension = ?" + bots +
            " GROUP BY value ORDER BY SUM(events) + SUM(visits) DESC, value LIMIT " + std::to_string(most),
        values);
    if (!rows) return rows.error();
    for (const auto& row : *rows) {
        auto whose = values;
        whose.emplace_back(row.value("value"));
        const auto cells =
            host_.database().query(context,
                                   std::string("SELECT ") + kSums + " FROM analytics_days WHERE" + sites.sql +
                                       " AND start_at >= ? AND start_at < ? AND dimension = ? AND value = ?" + bots,
                                   whose);
        if (!cells) return cells.error();
        Tally tally;
        for (const auto& cell : *cells) add_row(tally, cell);
        all.push_back({0, 0, row.text("value"), told(tally)});
    }
    return all;
}

sdk::Result<std::vector<AnalyticsPart>> BuiltInStore::by_site(const sdk::CallContext& context, const Asked& asked,
                                                              std::size_t most) {
    std::vector<AnalyticsPart> all;
    if (asked.sites.empty()) return all;
    const auto sites = of_sites(asked);
    const auto busiest = host_.database().query(
        context,
        "SELECT site FROM analytics_days WHERE" + sites.sql + " AND start_at >= ? AND start_at < ? AND dimension = ''" +
            bots_in_sums(asked.bots) + " GROUP BY site ORDER BY SUM(views) DESC, site LIMIT " + std::to_string(most),
        with(sites, {asked.from, asked.to}));
    if (!busiest) return busiest.error();
    for (const auto& row : *busiest) {
        const auto site = row.integer("site");
        const auto days = host_.database().query(
            context,
            std::string("SELECT ") + kSums +
                " FROM analytics_days WHERE site = ? AND start_at >= ? AND start_at < ? AND dimension = ''" +
                bots_in_sums(asked.bots),
            {site, asked.from, asked.to});
        if (!days) return days.error();
        Tally tally;
        for (const auto& day : *days) add_row(tally, day);
        all.push_back({0, site, {}, told(tally)});
    }
    return all;
}

sdk::Result<std::int64_t> BuiltInStore::visitors(const sdk::CallContext& context, const Asked& asked) {
    const auto tables = tables_.holding(context, asked.from, asked.to);
    if (!tables) return tables.error();
    const auto condition = condition_of(asked);
    std::set<std::int64_t> seen;
    for (const auto& table : *tables) {
        const auto rows = host_.database().query(context,
                                                 "SELECT DISTINCT visitor FROM " + table + " WHERE" + condition.sql +
                                                     " AND occurred_at >= ? AND occurred_at < ? LIMIT " +
                                                     std::to_string(kMostDifferent),
                                                 with(condition, {asked.from, asked.to}));
        if (!rows) return rows.error();
        for (const auto& row : *rows) seen.insert(row.integer("visitor"));
    }
    return static_cast<std::int64_t>(seen.size());
}

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
            with(condition, {from, asked.to, after.occurred_at, sdk::Blob{after.id}}));
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
