// Counting by the values of a dimension, or by sites: whole days from their sums, the rest from the events.
#include "rows.hpp"
#include "sums.hpp"

namespace whatsflow::analytics {

struct BuiltInStore::Key {
    std::string dimension;  ///< empty: the site
    std::string_view of_events = "site", of_visits = "site";
    std::string_view of_sums = "site";
    const char* only = "";  ///< which events have it

    bool is_site() const { return dimension.empty(); }
    std::string read(const sdk::Row& row) const { return is_site() ? std::to_string(row.integer("k")) : row.text("k"); }
    sdk::DbValue bound(const std::string& key) const {
        return is_site() ? sdk::DbValue(std::int64_t{std::stoll(key)}) : sdk::DbValue(key);
    }
    std::int64_t rank(const Tally& tally) const { return is_site() ? tally.views : tally.events + tally.visits; }
};

namespace {

std::vector<sdk::DbValue> bound_keys(const auto& key, const auto& tallies) {
    std::vector<sdk::DbValue> all;
    for (const auto& [text, tally] : tallies) all.push_back(key.bound(text));
    return all;
}

/// Without visitors: whom a sketch knows cannot be scaled up.
Tally scaled(const Tally& tally, const Sample& sample) {
    return {sample.scaled(tally.events), sample.scaled(tally.views), sample.scaled(tally.visits),
            sample.scaled(tally.bounces), sample.scaled(tally.seconds)};
}

/// How many of `others` are not among those who are known.
std::int64_t newcomers(const Sketch& known, const Sketch& others) {
    auto all = known;
    all.merge(others);
    return std::max<std::int64_t>(0, all.estimate() - known.estimate());
}

}  // namespace

sdk::Result<BuiltInStore::Fit> BuiltInStore::fit(const sdk::CallContext& context, const Asked& asked) {
    const Day span{asked.from, asked.to};
    // A name alone is not summed by value.
    if (needs_events(asked) || !asked.names.empty()) return Fit{{}, {span}};
    const auto days = days_.grid(context);
    if (!days) return days.error();
    const auto first = (*days)->at(span.from);
    const Day inside{first.from == span.from ? first.from : first.to, (*days)->at(span.to).from};
    if (inside.from >= inside.to) return Fit{{}, {span}};
    Fit fit{inside, {}};
    for (const auto& edge : {Day{span.from, inside.from}, Day{inside.to, span.to}})
        if (edge.from < edge.to) fit.beside.push_back(edge);
    return fit;
}

sdk::Result<std::vector<Day>> BuiltInStore::beside_sums_by_value(const sdk::CallContext& context, const Asked& asked) {
    auto parts = fit(context, asked);
    if (!parts) return parts.error();
    return std::move(parts->beside);
}

/// How often each came in whole days; not yet who they were.
sdk::Result<BuiltInStore::Tallies> BuiltInStore::summed_keys(const sdk::CallContext& context, const Asked& asked,
                                                             const Key& key, const Day& span, std::size_t most) const {
    Tallies tallies;
    if (span.from >= span.to) return tallies;
    const auto sites = condition_of_sites(asked);
    const std::string column(key.of_sums);
    const auto rows = host_.database().query(
        context,
        "SELECT " + column +
            " AS k, CAST(SUM(events) AS SIGNED) AS events, CAST(SUM(views) AS SIGNED) AS views, CAST(SUM(visits) AS "
            "SIGNED) AS visits FROM analytics_days WHERE" +
            sites.sql + " AND start_at >= ? AND start_at < ? AND dimension = ?" + condition_of_sums(asked.bots) +
            " GROUP BY " + column + " ORDER BY " + (key.is_site() ? "SUM(views)" : "SUM(events) + SUM(visits)") +
            " DESC, " + column + " LIMIT " + std::to_string(most),
        sites.with({span.from, span.to, key.dimension}));
    if (!rows) return rows.error();
    for (const auto& row : *rows) {
        auto& tally = tallies[key.read(row)];
        tally.events = row.integer("events");
        tally.views = row.integer("views");
        tally.visits = row.integer("visits");
    }
    return tallies;
}

/// Counts what lies beside whole days, one by one; not yet who they were.
sdk::Result<void> BuiltInStore::add_counted_keys(const sdk::CallContext& context, const Asked& asked, const Key& key,
                                                 const Day& span, Tallies& tallies) const {
    const std::string column(key.of_events), of_visits(key.of_visits);
    if (!column.empty()) {
        const auto tables = tables_.holding(context, span.from, span.to);
        if (!tables) return tables.error();
        const auto condition = condition_of(asked);
        for (const auto& table : *tables) {
            const auto rows = host_.database().query(context,
                                                     "SELECT " + column + " AS k, " + kOfEvents + " FROM " + table +
                                                         " WHERE" + condition.sql + key.only +
                                                         " AND occurred_at >= ? AND occurred_at < ? GROUP BY " +
                                                         column + " LIMIT " + std::to_string(kMostDifferent),
                                                     condition.with({span.from, span.to}));
            if (!rows) return rows.error();
            for (const auto& row : *rows) add_events_row(tallies[key.read(row)], row);
        }
    }
    const auto visits = of_visits.empty() ? std::nullopt : condition_of_visits(asked);
    if (!visits) return sdk::ok();
    const auto rows =
        host_.database().query(context,
                               "SELECT " + of_visits + " AS k, " + kOfVisits + " FROM analytics_visits WHERE" +
                                   visits->sql + " AND started_at >= ? AND started_at < ? GROUP BY " + of_visits +
                                   " LIMIT " + std::to_string(kMostDifferent),
                               visits->with({span.from, span.to}));
    if (!rows) return rows.error();
    for (const auto& row : *rows) add_visits_row(tallies[key.read(row)], row);
    return sdk::ok();
}

sdk::Result<void> BuiltInStore::add_sketches(const sdk::CallContext& context, const Asked& asked, const Key& key,
                                             const Day& span, Tallies& tallies) const {
    if (span.from >= span.to) return sdk::ok();
    const auto sites = condition_of_sites(asked);
    return query_in_pieces(host_.database(), context,
                           "SELECT " + std::string(key.of_sums) + " AS k, " + kSums + " FROM analytics_days WHERE" +
                               sites.sql + condition_of_sums(asked.bots) +
                               " AND start_at >= ? AND start_at < ? AND dimension = ? AND " + std::string(key.of_sums) +
                               " IN",
                           sites.with({span.from, span.to, key.dimension}), bound_keys(key, tallies),
                           [&](const sdk::Row& row) { add_row(tallies[key.read(row)], row); });
}

sdk::Result<void> BuiltInStore::add_people(const sdk::CallContext& context, const Asked& asked, const Key& key,
                                           const Day& span, Tallies& tallies) const {
    if (key.of_events.empty() || tallies.empty()) return sdk::ok();
    const auto tables = tables_.holding(context, span.from, span.to);
    if (!tables) return tables.error();
    const auto condition = condition_of(asked);
    const std::string column(key.of_events);
    const auto keys = bound_keys(key, tallies);
    for (const auto& table : *tables)
        if (auto done = read_people(
                context,
                "SELECT DISTINCT visitor, " + column + " AS k FROM " + table + " WHERE" + condition.sql + key.only +
                    " AND occurred_at >= ? AND occurred_at < ? AND " + column + " IN (" + places(keys.size()) + ")",
                [&] {
                    auto values = condition.with({span.from, span.to});
                    values.insert(values.end(), keys.begin(), keys.end());
                    return values;
                }(),
                [&](const sdk::Row& row, std::uint64_t who) { tallies[key.read(row)].visitors.add(who); });
            !done)
            return done;
    return sdk::ok();
}

sdk::Result<std::vector<AnalyticsPart>> BuiltInStore::by_key(const sdk::CallContext& context, const Asked& asked,
                                                             const Key& key, std::size_t most, const Sampled* sampled) {
    const auto parts = fit(context, asked);
    if (!parts) return parts.error();
    // The most frequent of the sums are those of all, unless something is added to them.
    const auto summed = summed_keys(context, asked, key, parts->inside, parts->beside.empty() ? most : kMostDifferent);
    if (!summed) return summed.error();
    Tallies beside;
    if (sampled) {
        for (const auto& [text, tally] : sampled->tallies) beside[text] = scaled(tally, sampled->sample);
    } else {
        for (const auto& span : parts->beside)
            if (auto done = add_counted_keys(context, asked, key, span, beside); !done) return done.error();
    }
    auto all = *summed;
    for (const auto& [text, tally] : beside) all[text].add(tally);
    std::vector<std::pair<std::string, Tally>> ordered(all.begin(), all.end());
    std::ranges::stable_sort(ordered, std::greater{}, [&](const auto& each) { return key.rank(each.second); });
    if (ordered.size() > most) ordered.resize(most);
    Tallies shown;
    for (const auto& [text, tally] : ordered) shown[text] = beside[text];
    if (auto done = add_sketches(context, asked, key, parts->inside, shown); !done) return done.error();
    if (!sampled)
        for (const auto& span : parts->beside)
            if (auto done = add_people(context, asked, key, span, shown); !done) return done.error();
    std::vector<AnalyticsPart> told_parts;
    for (const auto& [text, tally] : ordered) {
        auto told_tally = told(shown[text]);
        const auto some = sampled ? sampled->tallies.find(text) : Tallies::const_iterator{};
        if (sampled && some != sampled->tallies.end()) {
            told_tally.visitors += sampled->sample.scaled(newcomers(shown[text].visitors, some->second.visitors));
            told_tally.visitors_are_exact = false;
        }
        told_parts.push_back(key.is_site() ? AnalyticsPart{0, std::stoll(text), {}, told_tally}
                                           : AnalyticsPart{0, 0, text, told_tally});
    }
    return told_parts;
}

sdk::Result<std::vector<AnalyticsPart>> BuiltInStore::by_value(const sdk::CallContext& context, const Asked& asked,
                                                               const std::string& dimension, std::size_t most) {
    return by_dimension(context, asked, dimension, most, nullptr);
}

sdk::Result<std::vector<AnalyticsPart>> BuiltInStore::by_value(const sdk::CallContext& context, const Asked& asked,
                                                               const std::string& dimension, std::size_t most,
                                                               const Sampled& beside) {
    return by_dimension(context, asked, dimension, most, &beside);
}

sdk::Result<std::vector<AnalyticsPart>> BuiltInStore::by_dimension(const sdk::CallContext& context, const Asked& asked,
                                                                   const std::string& dimension, std::size_t most,
                                                                   const Sampled* beside) {
    const auto* column = column_of(dimension);
    if (!column || asked.sites.empty() || asked.from >= asked.to) return std::vector<AnalyticsPart>{};
    const auto* only = dimension == dimension::kPage    ? " AND visit <> 0 AND name = '$pageview'"
                       : dimension == dimension::kEvent ? ""
                                                        : " AND visit <> 0";
    return by_key(context, asked, {dimension, column->of_events, column->of_visits, "value", only}, most, beside);
}

sdk::Result<std::vector<AnalyticsPart>> BuiltInStore::by_site(const sdk::CallContext& context, const Asked& asked,
                                                              std::size_t most) {
    if (asked.sites.empty() || asked.from >= asked.to) return std::vector<AnalyticsPart>{};
    return by_key(context, asked, Key{}, most, nullptr);
}

sdk::Result<std::int64_t> BuiltInStore::visitors(const sdk::CallContext& context, const Asked& asked) {
    const auto tables = tables_.holding(context, asked.from, asked.to);
    if (!tables) return tables.error();
    const auto condition = condition_of(asked);
    std::set<std::uint64_t> seen;
    for (const auto& table : *tables)
        if (auto done = read_people(context,
                                    "SELECT DISTINCT visitor FROM " + table + " WHERE" + condition.sql +
                                        " AND occurred_at >= ? AND occurred_at < ?",
                                    condition.with({asked.from, asked.to}),
                                    [&](const sdk::Row&, std::uint64_t who) { seen.insert(who); });
            !done)
            return done.error();
    return static_cast<std::int64_t>(seen.size());
}

}  // namespace whatsflow::analytics
