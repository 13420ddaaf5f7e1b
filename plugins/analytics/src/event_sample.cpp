#include "event_sample.hpp"

#include "conditions.hpp"
#include "visit_columns.hpp"

#include <optional>

namespace whatsflow::analytics {
namespace {

struct Field {
    std::string_view dimension;
    std::string AnalyticsRecord::*of_event;
    std::string Visit::*of_visit;
};

constexpr Field kFields[] = {{dimension::kEvent, &AnalyticsRecord::name, nullptr},
                             {dimension::kPage, &AnalyticsRecord::path, nullptr},
                             {dimension::kEntry, nullptr, &Visit::entry_path},
                             {dimension::kHost, &AnalyticsRecord::hostname, &Visit::hostname},
                             {dimension::kSource, &AnalyticsRecord::source, &Visit::source},
                             {dimension::kMedium, &AnalyticsRecord::medium, &Visit::medium},
                             {dimension::kCampaign, &AnalyticsRecord::campaign, &Visit::campaign},
                             {dimension::kCountry, &AnalyticsRecord::country, &Visit::country},
                             {dimension::kBrowser, &AnalyticsRecord::browser, &Visit::browser},
                             {dimension::kSystem, &AnalyticsRecord::system, &Visit::system},
                             {dimension::kDevice, &AnalyticsRecord::device, &Visit::device},
                             {dimension::kLanguage, &AnalyticsRecord::language, nullptr}};

/// The same events that the store counts by a dimension.
bool has_dimension(const AnalyticsRecord& event, std::string_view dimension) {
    if (dimension == dimension::kEvent) return true;
    return event.visit != 0 && (dimension != dimension::kPage || event.name == kPageView);
}

}  // namespace

sdk::Result<EventSample> EventSample::read(sdk::Host& host, BuiltInStore& store, const sdk::CallContext& context,
                                           Asked asked, const std::vector<Day>& spans, Sample sample,
                                           sdk::Milliseconds look_for) {
    EventSample made;
    made.sample_ = sample;
    const auto begun = std::chrono::steady_clock::now();
    for (int part = 0; part < made.sample_.parts; ++part) {
        for (const auto& span : spans) {
            asked.from = span.from;
            asked.to = span.to;
            const auto events = store.read_part(context, asked, part, Detail::dimensions,
                                                [&](const AnalyticsRecord& event) { made.events_.push_back(event); });
            if (!events) return events.error();
            if (auto visits = made.read_visits(host, store, context, asked, part); !visits) return visits.error();
        }
        const auto taken = std::chrono::steady_clock::now() - begun;
        if (taken / (part + 1) * (part + 2) > look_for) made.sample_.parts = part + 1;
    }
    return made;
}

/// Visits are told by what their first event said, which need not be among the selected ones: they are looked up
/// for every event of the part.
sdk::Result<void> EventSample::read_visits(sdk::Host& host, BuiltInStore& store, const sdk::CallContext& context,
                                           const Asked& asked, int part) {
    const auto condition = condition_of_visits(asked);
    if (!condition) return sdk::ok();
    const auto tables = store.sample_tables(context, asked.from, asked.to);
    if (!tables) return tables.error();
    const auto sites = condition_of_sites(asked);
    for (const auto& table : *tables) {
        sdk::DbValues values{std::int64_t{part}};
        for (const auto& more : {sites.values, condition->with({asked.from, asked.to})})
            values.insert(values.end(), more.begin(), more.end());
        const auto rows = host.database().query(
            context,
            std::string("SELECT ") + kVisitColumns + " FROM (SELECT DISTINCT site AS of_site, visit AS of_visit FROM " +
                table + " WHERE part = ? AND" + sites.sql +
                " AND visit <> 0) AS seen JOIN analytics_visits ON site = of_site AND id = of_visit WHERE" +
                condition->sql + " AND started_at >= ? AND started_at < ?",
            values);
        if (!rows) return rows.error();
        for (const auto& row : *rows) {
            auto visit = visit_of(row);
            visits_[{visit.site, visit.id}] = std::move(visit);
        }
    }
    return sdk::ok();
}

AnalyticsTally EventSample::told(const Counts& counts) const {
    return {sample_.scaled(counts.events),
            sample_.scaled(counts.views),
            sample_.scaled(counts.visits),
            sample_.scaled(counts.bounces),
            sample_.scaled(counts.seconds),
            sample_.scaled(static_cast<std::int64_t>(counts.visitors.size())),
            false};
}

template <class Key, class OfEvent, class OfVisit>
std::map<Key, EventSample::Counts> EventSample::counted(const Day& span, OfEvent&& of_event, OfVisit&& of_visit) const {
    std::map<Key, Counts> all;
    for (const auto& event : events_) {
        if (event.occurred_at < span.from || event.occurred_at >= span.to) continue;
        const std::optional<Key> key = of_event(event);
        if (!key) continue;
        auto& counts = all[*key];
        counts.events += 1;
        counts.views += event.name == kPageView ? 1 : 0;
        counts.visitors.insert(event.visitor);
    }
    for (const auto& [id, visit] : visits_) {
        if (visit.started_at < span.from || visit.started_at >= span.to) continue;
        const std::optional<Key> key = of_visit(visit);
        if (!key) continue;
        auto& counts = all[*key];
        counts.visits += 1;
        counts.bounces += visit.bounced();
        counts.seconds += visit.seconds();
    }
    return all;
}

AnalyticsTally EventSample::total(const Day& span) const {
    const auto whole = [](const auto&) { return std::optional<int>{0}; };
    const auto all = counted<int>(span, whole, whole);
    return all.empty() ? AnalyticsTally{} : told(all.begin()->second);
}

std::vector<AnalyticsPart> EventSample::by_day(const Day& span, const TimeZone& zone) const {
    const DayGrid grid(zone);
    DayFinder finder(grid);
    const auto all = counted<std::int64_t>(
        span, [&](const AnalyticsRecord& event) { return std::optional{finder.at(event.occurred_at).from}; },
        [&](const Visit& visit) { return std::optional{finder.at(visit.started_at).from}; });
    std::vector<AnalyticsPart> parts;
    for (const auto& [day, counts] : all) parts.push_back({day, 0, {}, told(counts)});
    return parts;
}

std::map<std::string, Tally> EventSample::tallies(const Day& span, const std::string& dimension) const {
    const auto* field = std::ranges::find(kFields, std::string_view(dimension), &Field::dimension);
    if (field == std::end(kFields)) return {};
    const auto all = counted<std::string>(
        span,
        [&](const AnalyticsRecord& event) {
            return field->of_event && has_dimension(event, dimension) ? std::optional{event.*(field->of_event)}
                                                                      : std::nullopt;
        },
        [&](const Visit& visit) { return field->of_visit ? std::optional{visit.*(field->of_visit)} : std::nullopt; });
    std::map<std::string, Tally> tallies;
    for (const auto& [value, counts] : all) {
        auto& tally = tallies[value];
        tally = {counts.events, counts.views, counts.visits, counts.bounces, counts.seconds};
        for (const auto visitor : counts.visitors) tally.visitors.add(static_cast<std::uint64_t>(visitor));
    }
    return tallies;
}

std::map<std::int64_t, EventSample::Counts> EventSample::people(const Day& span) const {
    return counted<std::int64_t>(
        span, [](const AnalyticsRecord& event) { return std::optional{event.visitor}; },
        [](const Visit& visit) { return std::optional{visit.visitor}; });
}

double EventSample::error_percent(const Day& span, std::int64_t Counts::*of) const {
    std::int64_t sum = 0, squares = 0;
    for (const auto& [visitor, counts] : people(span)) {
        sum += counts.*of;
        squares += counts.*of * (counts.*of);
    }
    return sample_.error_percent(sum, squares);
}

double EventSample::error_of_visits(const Day& span) const {
    return error_percent(span, &Counts::visits);
}
double EventSample::error_of_views(const Day& span) const {
    return error_percent(span, &Counts::views);
}

}  // namespace whatsflow::analytics
