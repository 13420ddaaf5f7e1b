#include "questions.hpp"

#include "rows.hpp"

namespace whatsflow::analytics {
namespace {

constexpr const char* kSums = "events, views, visits, bounces, seconds, visitors";

const char* bots_in_sums(Bots bots) {
    return bots == Bots::exclude ? " AND bot = 0" : bots == Bots::only ? " AND bot = 1" : "";
}
const char* bots_in_events(Bots bots) {
    return bots == Bots::exclude ? " AND bot = 0" : bots == Bots::only ? " AND bot <> 0" : "";
}

sdk::DbValues with_sites(const Asked& asked) {
    return {asked.sites.begin(), asked.sites.end()};
}

std::string in_sites(const Asked& asked) {
    return " site IN (" + places(asked.sites.size()) + ")";
}

void add_row(Tally& tally, const sdk::Row& row) {
    tally.events += row.integer("events");
    tally.views += row.integer("views");
    tally.visits += row.integer("visits");
    tally.bounces += row.integer("bounces");
    tally.seconds += row.integer("seconds");
    tally.visitors.merge(Sketch::read(row.bytes("visitors")));
}

}  // namespace

std::string Number::method(bool of_visitors) const {
    return !of_visitors || tally.visitors.is_exact() ? "exact" : "estimated ±1.6 %";
}

/// Hours tell an event's name apart up to the thousandth; beyond that only the events know.
sdk::Result<bool> Questions::is_summed_up(const sdk::CallContext& context, const Asked& asked) const {
    if (asked.event.empty()) return true;
    auto values = with_sites(asked);
    values.insert(values.end(), {asked.span.from - kHour, asked.span.to, kOther});
    const auto row = host_.database().query_one(
        context,
        "SELECT 1 AS n FROM analytics_hours WHERE" + in_sites(asked) +
            " AND start_at >= ? AND start_at < ? AND dimension = 'event' AND value = ? LIMIT 1",
        values);
    if (!row) return row.error();
    return !*row;
}

sdk::Result<void> Questions::add_hours(const sdk::CallContext& context, const Asked& asked, Span whole,
                                       std::map<std::int64_t, Tally>& hours) const {
    constexpr std::int64_t kPage = 40'000;
    Span rest = whole;
    while (rest.from < rest.to) {
        auto values = with_sites(asked);
        values.insert(values.end(), {rest.from, rest.to, asked.event.empty() ? dimension::kTotal : dimension::kEvent,
                                     asked.event, kPage});
        const auto rows = host_.database().query(
            context,
            std::string("SELECT site, start_at, ") + kSums + " FROM analytics_hours WHERE" + in_sites(asked) +
                " AND start_at >= ? AND start_at < ? AND dimension = ? AND value = ?" + bots_in_sums(asked.bots) +
                " ORDER BY start_at LIMIT ?",
            values);
        if (!rows) return rows.error();
        const bool more = static_cast<std::int64_t>(rows->size()) == kPage;
        // An hour may be cut by the page's end: it comes again whole.
        const auto last = more ? rows->back().integer("start_at") : rest.to;
        for (const auto& row : *rows)
            if (row.integer("start_at") < last) add_row(hours[row.integer("start_at")], row);
        rest.from = last;
    }
    return sdk::ok();
}

sdk::Result<void> Questions::add_raw(const sdk::CallContext& context, const Asked& asked, Span part,
                                     std::map<std::int64_t, Tally>& hours) const {
    if (part.from >= part.to) return sdk::ok();
    const auto tables = tables_.holding(context, part.from, part.to);
    if (!tables) return tables.error();
    for (const auto& table : *tables) {
        for (const auto site : asked.sites) {
            sdk::DbValues values{site, part.from, part.to};
            if (!asked.event.empty()) values.emplace_back(asked.event);
            const std::string where = " FROM " + table + " WHERE site = ? AND occurred_at >= ? AND occurred_at < ?" +
                                      (asked.event.empty() ? "" : " AND name = ?") + bots_in_events(asked.bots);
            const auto counted =
                host_.database().query(context,
                                       "SELECT occurred_at - occurred_at % 3600000000 AS hour_at, COUNT(*) AS n, "
                                       "CAST(SUM(CASE WHEN name = '$pageview' THEN 1 ELSE 0 END) AS SIGNED) AS views" +
                                           where + " GROUP BY occurred_at - occurred_at % 3600000000",
                                       values);
            if (!counted) return counted.error();
            for (const auto& row : *counted) {
                auto& tally = hours[row.integer("hour_at")];
                tally.events += row.integer("n");
                tally.views += row.integer("views");
            }
            const auto who = host_.database().query(
                context,
                "SELECT DISTINCT occurred_at - occurred_at % 3600000000 AS hour_at, visitor" + where + " LIMIT 90000",
                values);
            if (!who) return who.error();
            for (const auto& row : *who)
                hours[row.integer("hour_at")].visitors.add(static_cast<std::uint64_t>(row.integer("visitor")));
            if (!asked.event.empty()) continue;
            const auto visits = host_.database().query(
                context,
                std::string(
                    "SELECT started_at - started_at % 3600000000 AS hour_at, COUNT(*) AS n, "
                    "CAST(SUM(CASE WHEN views <= 1 AND events = views THEN 1 ELSE 0 END) AS SIGNED) AS bounces, "
                    "CAST(SUM((last_at - started_at) / 1000000) AS SIGNED) AS seconds FROM analytics_visits WHERE "
                    "site = ? AND started_at >= ? AND started_at < ?") +
                    bots_in_events(asked.bots) + " GROUP BY started_at - started_at % 3600000000",
                {site, part.from, part.to});
            if (!visits) return visits.error();
            if (&table != &tables->front()) continue;  // visits lie in one table for all days
            for (const auto& row : *visits) {
                auto& tally = hours[row.integer("hour_at")];
                tally.visits += row.integer("n");
                tally.bounces += row.integer("bounces");
                tally.seconds += row.integer("seconds");
            }
        }
    }
    return sdk::ok();
}

sdk::Result<std::map<std::int64_t, Tally>> Questions::hours_of(const sdk::CallContext& context,
                                                               const Asked& asked) const {
    std::map<std::int64_t, Tally> hours;
    if (asked.sites.empty() || asked.span.from >= asked.span.to) return hours;
    const auto summed = is_summed_up(context, asked);
    if (!summed) return summed.error();
    const auto [from, to] = asked.span;
    if (!*summed) {
        if (auto done = add_raw(context, asked, asked.span, hours); !done) return done.error();
        return hours;
    }
    const auto first = start_of(Period::hour, from + kHour - 1), last = start_of(Period::hour, to);
    if (first >= last) {
        if (auto done = add_raw(context, asked, {from, std::min(first, to)}, hours); !done) return done.error();
        if (auto done = add_raw(context, asked, {std::max(from, std::min(first, to)), to}, hours); !done)
            return done.error();
        return hours;
    }
    if (auto done = add_raw(context, asked, {from, first}, hours); !done) return done.error();
    if (auto done = add_hours(context, asked, {first, last}, hours); !done) return done.error();
    if (auto done = add_raw(context, asked, {last, to}, hours); !done) return done.error();
    return hours;
}

sdk::Result<Number> Questions::total(const sdk::CallContext& context, const Asked& asked) const {
    const auto hours = hours_of(context, asked);
    if (!hours) return hours.error();
    Number number;
    for (const auto& [at, tally] : *hours) number.tally.add(tally);
    return number;
}

sdk::Result<std::vector<DatedTally>> Questions::by_time(const sdk::CallContext& context, const Asked& asked,
                                                        Period step) const {
    const auto hours = hours_of(context, asked);
    if (!hours) return hours.error();
    std::vector<DatedTally> all;
    for (const auto& [at, tally] : *hours) {
        const auto start = start_of(step, at);
        if (all.empty() || all.back().start_at != start) all.push_back({start, {}});
        all.back().tally.add(tally);
    }
    return all;
}

sdk::Result<std::vector<NamedTally>> Questions::by_value(const sdk::CallContext& context, const Asked& asked,
                                                         const std::string& dimension, std::size_t most) const {
    std::vector<NamedTally> all;
    if (asked.sites.empty()) return all;
    auto values = with_sites(asked);
    const auto from = start_of(Period::day, asked.span.from), to = start_of(Period::day, asked.span.to + kDay - 1);
    values.insert(values.end(), {from, to, dimension});
    const auto bots = bots_in_sums(asked.bots);
    const auto rows = host_.database().query(
        context,
        "SELECT value, CAST(SUM(events) AS SIGNED) AS events FROM analytics_days WHERE" + in_sites(asked) +
            " AND start_at >= ? AND start_at < ? AND dimension = ?" + bots +
            " GROUP BY value ORDER BY SUM(events) + SUM(visits) DESC, value LIMIT " + std::to_string(most),
        values);
    if (!rows) return rows.error();
    for (const auto& row : *rows) all.push_back({row.text("value"), {}});
    for (auto& each : all) {
        auto whose = values;
        whose.emplace_back(each.value);
        const auto cells =
            host_.database().query(context,
                                   std::string("SELECT ") + kSums + " FROM analytics_days WHERE" + in_sites(asked) +
                                       " AND start_at >= ? AND start_at < ? AND dimension = ? AND value = ?" + bots,
                                   whose);
        if (!cells) return cells.error();
        for (const auto& cell : *cells) add_row(each.tally, cell);
    }
    return all;
}

sdk::Result<std::vector<std::pair<std::int64_t, Tally>>> Questions::by_site(const sdk::CallContext& context,
                                                                            const Asked& asked,
                                                                            std::size_t most) const {
    std::vector<std::pair<std::int64_t, Tally>> all;
    if (asked.sites.empty()) return all;
    auto values = with_sites(asked);
    values.insert(values.end(), {asked.span.from, asked.span.to});
    const std::string where = " FROM analytics_days WHERE" + in_sites(asked) +
                              " AND start_at >= ? AND start_at < ? AND dimension = ''" + bots_in_sums(asked.bots);
    const auto busiest = host_.database().query(
        context, "SELECT site" + where + " GROUP BY site ORDER BY SUM(views) DESC, site LIMIT " + std::to_string(most),
        values);
    if (!busiest) return busiest.error();
    for (const auto& row : *busiest) {
        const auto site = row.integer("site");
        const auto days = host_.database().query(
            context,
            std::string("SELECT ") + kSums +
                " FROM analytics_days WHERE site = ? AND start_at >= ? AND start_at < ? AND dimension = ''" +
                bots_in_sums(asked.bots),
            {site, asked.span.from, asked.span.to});
        if (!days) return days.error();
        Tally tally;
        for (const auto& day : *days) add_row(tally, day);
        all.emplace_back(site, std::move(tally));
    }
    return all;
}

sdk::Result<std::int64_t> Questions::visitors_since(const sdk::CallContext& context, const Asked& asked) const {
    const auto tables = tables_.holding(context, asked.span.from, asked.span.to);
    if (!tables) return tables.error();
    std::set<std::int64_t> seen;
    for (const auto& table : *tables)
        for (const auto site : asked.sites) {
            const auto rows = host_.database().query(context,
                                                     "SELECT DISTINCT visitor FROM " + table +
                                                         " WHERE site = ? AND occurred_at >= ? AND occurred_at < ?" +
                                                         bots_in_events(asked.bots) + " LIMIT 90000",
                                                     {site, asked.span.from, asked.span.to});
            if (!rows) return rows.error();
            for (const auto& row : *rows) seen.insert(row.integer("visitor"));
        }
    return static_cast<std::int64_t>(seen.size());
}

}  // namespace whatsflow::analytics
