// Counting over time: days, hours and the events at the edges.
#include "sums.hpp"

namespace whatsflow::analytics {
namespace {

/// Where a day or an hour lies within a time.
bool lies_in(const Day& part, const Day& span) {
    return part.from >= span.from && part.to <= span.to;
}

}  // namespace

/// Steps begin at `phase` + n × `width`.
struct BuiltInStore::Steps {
    static constexpr std::int64_t kForEver = std::int64_t{1} << 62;

    std::int64_t width = kForEver;
    std::int64_t phase = 0;

    std::int64_t start_of(std::int64_t at) const { return at - (at - phase + width) % width; }
    bool cut(const Day& part) const { return start_of(part.from) != start_of(part.to - 1); }
    /// The same as start_of(), in SQL.
    std::string sql(const std::string& at) const {
        return at + " - (" + at + " - " + std::to_string(phase) + " + " + std::to_string(width) + ") % " +
               std::to_string(width);
    }
};

/// Sums tell an event's name apart up to the thousandth; beyond that only the events know.
sdk::Result<bool> BuiltInStore::is_summed_up(const sdk::CallContext& context, const Asked& asked) const {
    if (needs_events(asked)) return false;
    if (asked.names.empty()) return true;
    const auto sites = condition_of_sites(asked);
    for (const std::string table : kTablesOfSums) {
        const auto row = host_.database().query_one(
            context,
            "SELECT 1 AS n FROM " + table + " WHERE" + sites.sql +
                " AND start_at >= ? AND start_at < ? AND dimension = 'event' AND value = ? LIMIT 1",
            sites.with({asked.from - 2 * kDay, asked.to, kOther}));
        if (!row) return row.error();
        if (*row) return false;
    }
    return true;
}

sdk::Result<void> BuiltInStore::read_sums(const sdk::CallContext& context, const Asked& asked, const char* table,
                                          const Day& span, const std::function<void(const sdk::Row&)>& use) const {
    constexpr std::int64_t kPage = 40'000;
    const auto sites = condition_of_sites(asked);
    for (auto from = span.from; from < span.to;) {
        const auto rows = host_.database().query(
            context,
            std::string("SELECT start_at, ") + kSums + " FROM " + table + " WHERE" + sites.sql +
                " AND start_at >= ? AND start_at < ? AND dimension = ? AND value = ?" + condition_of_sums(asked.bots) +
                " ORDER BY start_at LIMIT ?",
            sites.with({from, span.to, asked.names.empty() ? dimension::kTotal : dimension::kEvent,
                        asked.names.empty() ? std::string() : asked.names.front(), kPage}));
        if (!rows) return rows.error();
        const bool more = static_cast<std::int64_t>(rows->size()) == kPage;
        // A day or an hour may be cut by the page's end: it comes again whole.
        const auto last = more ? rows->back().integer("start_at") : span.to;
        for (const auto& row : *rows)
            if (row.integer("start_at") < last) use(row);
        from = last;
    }
    return sdk::ok();
}

sdk::Result<std::vector<Day>> BuiltInStore::add_days(const sdk::CallContext& context, const Asked& asked,
                                                     const Steps& steps, Parts& parts) {
    const auto days = days_.grid(context);
    if (!days) return days.error();
    const Day span{asked.from, asked.to};
    const auto fits = [&](const Day& day) { return lies_in(day, span) && !steps.cut(day); };
    DayFinder finder(**days);
    Day known{INT64_MAX, INT64_MIN};  // where anything was summed
    const auto read =
        read_sums(context, asked, "analytics_days", {(*days)->at(span.from).from, span.to}, [&](const sdk::Row& row) {
            const auto day = finder.at(row.integer("start_at"));
            known = {std::min(known.from, day.from), std::max(known.to, day.to)};
            if (fits(day)) add_row(parts[steps.start_of(day.from)], row);
        });
    if (!read) return read.error();
    std::vector<Day> rest;
    for (auto at = std::max(span.from, known.from); at < std::min(span.to, known.to);) {
        const auto day = finder.at(at);
        const Day part{at, std::min(day.to, span.to)};
        if (!fits(day)) {
            if (!rest.empty() && rest.back().to == part.from)
                rest.back().to = part.to;
            else
                rest.push_back(part);
        }
        at = part.to;
    }
    return rest;
}

sdk::Result<void> BuiltInStore::add_hours(const sdk::CallContext& context, const Asked& asked, const Day& span,
                                          const Steps& steps, Parts& parts) const {
    const Day whole{start_of(Period::hour, span.from + kHour - 1), start_of(Period::hour, span.to)};
    if (whole.from >= whole.to) return add_half_hours(context, asked, span, steps, parts);
    for (const auto& edge : {Day{span.from, whole.from}, Day{whole.to, span.to}})
        if (auto done = add_half_hours(context, asked, edge, steps, parts); !done) return done;
    const auto read = read_sums(context, asked, "analytics_hours", whole, [&](const sdk::Row& row) {
        const auto at = row.integer("start_at");
        if (!steps.cut({at, at + kHour})) add_row(parts[steps.start_of(at)], row);
    });
    if (!read) return read;
    // Where midnight falls into an hour, as in Colombo.
    for (auto at = steps.start_of(whole.from) + steps.width; at < whole.to && at > whole.from; at += steps.width) {
        const auto hour = start_of(Period::hour, at);
        if (hour == at) continue;
        if (auto done = add_half_hours(context, asked, {hour, hour + kHour}, steps, parts); !done) return done;
    }
    return sdk::ok();
}

/// A time shorter than its hours: from their halves where it is made of those, else from the events. Hours that were
/// summed before halves were have none, or not all that came: then they say less than the hour.
sdk::Result<void> BuiltInStore::add_half_hours(const sdk::CallContext& context, const Asked& asked, const Day& span,
                                               const Steps& steps, Parts& parts) const {
    if (span.from >= span.to) return sdk::ok();
    constexpr auto kHalf = kHour / 2;
    const Day hours{start_of(Period::hour, span.from), start_of(Period::hour, span.to + kHour - 1)};
    bool fits = span.from % kHalf == 0 && span.to % kHalf == 0;
    for (auto at = span.from; fits && at < span.to; at += kHalf) fits = !steps.cut({at, at + kHalf});
    if (!fits) return add_events(context, asked, span, steps, parts);
    std::int64_t of_hours = 0, of_halves = 0;
    Parts sums;
    const auto whole = read_sums(context, asked, "analytics_hours", hours,
                                 [&](const sdk::Row& row) { of_hours += row.integer("events"); });
    if (!whole) return whole;
    const auto halves = read_sums(context, asked, "analytics_half_hours", hours, [&](const sdk::Row& row) {
        of_halves += row.integer("events");
        const auto at = row.integer("start_at");
        if (span.holds(at)) add_row(sums[steps.start_of(at)], row);
    });
    if (!halves) return halves;
    if (of_halves != of_hours) return add_events(context, asked, span, steps, parts);
    for (const auto& [at, tally] : sums) parts[at].add(tally);
    return sdk::ok();
}

sdk::Result<void> BuiltInStore::add_visits(const sdk::CallContext& context, const Asked& asked, const Day& span,
                                           const Steps& steps, Parts& parts) const {
    const auto condition = condition_of_visits(asked);
    if (!condition) return sdk::ok();
    const auto step = steps.sql("started_at");
    const auto visits =
        host_.database().query(context,
                               "SELECT " + step + " AS step_at, " + kOfVisits + " FROM analytics_visits WHERE" +
                                   condition->sql + " AND started_at >= ? AND started_at < ? GROUP BY " + step,
                               condition->with({span.from, span.to}));
    if (!visits) return visits.error();
    for (const auto& row : *visits) add_visits_row(parts[row.integer("step_at")], row);
    return sdk::ok();
}

sdk::Result<void> BuiltInStore::add_events(const sdk::CallContext& context, const Asked& asked, const Day& span,
                                           const Steps& steps, Parts& parts) const {
    if (span.from >= span.to) return sdk::ok();
    const auto tables = tables_.holding(context, span.from, span.to);
    if (!tables) return tables.error();
    const auto condition = condition_of(asked);
    const auto step = steps.sql("occurred_at");
    for (const auto& table : *tables) {
        const auto where = table + " WHERE" + condition.sql + " AND occurred_at >= ? AND occurred_at < ?";
        const auto counted = host_.database().query(
            context, "SELECT " + step + " AS step_at, " + kOfEvents + " FROM " + where + " GROUP BY " + step,
            condition.with({span.from, span.to}));
        if (!counted) return counted.error();
        for (const auto& row : *counted) add_events_row(parts[row.integer("step_at")], row);
        const auto people = read_people(
            context, "SELECT DISTINCT visitor, " + step + " AS step_at FROM " + where,
            condition.with({span.from, span.to}),
            [&](const sdk::Row& row, std::uint64_t who) { parts[row.integer("step_at")].visitors.add(who); });
        if (!people) return people;
    }
    return add_visits(context, asked, span, steps, parts);
}

sdk::Result<void> BuiltInStore::read_people(const sdk::CallContext& context, const std::string& sql,
                                            const sdk::DbValues& values,
                                            const std::function<void(const sdk::Row&, std::uint64_t)>& use) const {
    for (auto last = INT64_MIN;;) {
        auto behind = values;
        behind.emplace_back(last);
        const auto rows = host_.database().query(
            context, sql + " AND visitor >= ? ORDER BY visitor LIMIT " + std::to_string(kMostDifferent), behind);
        if (!rows) return rows.error();
        for (const auto& row : *rows) use(row, static_cast<std::uint64_t>(row.integer("visitor")));
        if (static_cast<std::int64_t>(rows->size()) < kMostDifferent) return sdk::ok();
        // One who is cut by the page's end comes again; whoever fills a whole page alone has been told enough of.
        const auto next = rows->back().integer("visitor");
        last = next > last ? next : next + 1;
    }
}

sdk::Result<BuiltInStore::Parts> BuiltInStore::counted(const sdk::CallContext& context, const Asked& asked,
                                                       const Steps& steps) {
    Parts parts;
    if (asked.sites.empty() || asked.from >= asked.to) return parts;
    const auto summed = is_summed_up(context, asked);
    if (!summed) return summed.error();
    if (!*summed) {
        if (auto done = add_events(context, asked, {asked.from, asked.to}, steps, parts); !done) return done.error();
        return parts;
    }
    const auto rest = add_days(context, asked, steps, parts);
    if (!rest) return rest.error();
    for (const auto& span : *rest)
        if (auto done = add_hours(context, asked, span, steps, parts); !done) return done.error();
    return parts;
}

sdk::Result<AnalyticsTally> BuiltInStore::total(const sdk::CallContext& context, const Asked& asked) {
    const auto parts = counted(context, asked, Steps{});
    if (!parts) return parts.error();
    return parts->empty() ? AnalyticsTally{} : told(parts->begin()->second);
}

sdk::Result<std::vector<AnalyticsPart>> BuiltInStore::by_time(const sdk::CallContext& context, const Asked& asked,
                                                              std::int64_t step, std::int64_t phase) {
    const auto parts = counted(context, asked, Steps{step, phase});
    if (!parts) return parts.error();
    std::vector<AnalyticsPart> all;
    for (const auto& [at, tally] : *parts) all.push_back({at, 0, {}, told(tally)});
    return all;
}

}  // namespace whatsflow::analytics
