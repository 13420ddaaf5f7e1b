#include "roll_up.hpp"

#include "event_time.hpp"

namespace whatsflow::analytics {
namespace {

std::int64_t floored(std::int64_t at, std::int64_t step) {
    return (at >= 0 ? at / step : (at - step + 1) / step) * step;
}

/// Adds one event or visit to all its cells.
class Adding {
public:
    Adding(Cells& cells, DayFinder& days, std::int64_t site, std::int64_t at, std::int64_t bot)
        : cells_(cells),
          site_(site),
          starts_{start_of(Period::half_hour, at), start_of(Period::hour, at), days.at(at).from},
          bot_(bot == 0 ? 0 : 1) {}

    template <class Change>
    void to(Period period, const char* dimension, const std::string& value, Change&& change) {
        change(cells_[{period, site_, starts_.at(static_cast<std::size_t>(period)), bot_, dimension, value}]);
    }
    template <class Change>
    void to_days(std::initializer_list<std::pair<const char*, const std::string*>> dimensions, Change&& change) {
        for (const auto& [dimension, value] : dimensions) to(Period::day, dimension, *value, change);
    }

private:
    Cells& cells_;
    std::int64_t site_;
    std::array<std::int64_t, 3> starts_;  ///< by Period
    std::int64_t bot_;
};

void add_event(Cells& cells, DayFinder& days, const sdk::draft::AnalyticsRecord& event) {
    Adding adding(cells, days, event.site, event.occurred_at, event.bot);
    const auto count = [&](Tally& tally) {
        tally.events += 1;
        tally.views += event.name == kPageView ? 1 : 0;
        tally.visitors.add(static_cast<std::uint64_t>(event.visitor));
    };
    for (const auto period : {Period::half_hour, Period::hour, Period::day}) {
        adding.to(period, dimension::kTotal, {}, count);
        adding.to(period, dimension::kEvent, event.name, count);
    }
    if (event.visit == 0) return;  // did not happen on a page
    adding.to_days({{dimension::kHost, &event.hostname},
                    {dimension::kSource, &event.source},
                    {dimension::kMedium, &event.medium},
                    {dimension::kCampaign, &event.campaign},
                    {dimension::kCountry, &event.country},
                    {dimension::kBrowser, &event.browser},
                    {dimension::kSystem, &event.system},
                    {dimension::kDevice, &event.device},
                    {dimension::kLanguage, &event.language}},
                   count);
    if (event.name == kPageView) adding.to(Period::day, dimension::kPage, event.path, count);
}

void add_visit(Cells& cells, DayFinder& days, const Visit& visit) {
    Adding adding(cells, days, visit.site, visit.started_at, visit.bot);
    const auto count = [&](Tally& tally) {
        tally.visits += visit.is_new ? 1 : 0;
        tally.bounces += visit.bounced() - visit.bounced_before;
        tally.seconds += visit.seconds() - visit.seconds_before;
    };
    for (const auto period : {Period::half_hour, Period::hour, Period::day})
        adding.to(period, dimension::kTotal, {}, count);
    adding.to_days({{dimension::kHost, &visit.hostname},
                    {dimension::kSource, &visit.source},
                    {dimension::kMedium, &visit.medium},
                    {dimension::kCampaign, &visit.campaign},
                    {dimension::kCountry, &visit.country},
                    {dimension::kBrowser, &visit.browser},
                    {dimension::kSystem, &visit.system},
                    {dimension::kDevice, &visit.device},
                    {dimension::kEntry, &visit.entry_path}},
                   count);
}

}  // namespace

void Tally::add(const Tally& other) {
    events += other.events;
    views += other.views;
    visits += other.visits;
    bounces += other.bounces;
    seconds += other.seconds;
    visitors.merge(other.visitors);
}

std::int64_t start_of(Period period, std::int64_t at) {
    return floored(at, period == Period::half_hour ? kHour / 2 : period == Period::hour ? kHour : kDay);
}

Cells roll_up(const std::vector<const sdk::draft::AnalyticsRecord*>& events, const std::vector<const Visit*>& visits,
              const DayGrid& grid) {
    Cells cells;
    DayFinder days(grid);
    for (const auto* event : events) add_event(cells, days, *event);
    for (const auto* visit : visits) add_visit(cells, days, *visit);
    return cells;
}

}  // namespace whatsflow::analytics
