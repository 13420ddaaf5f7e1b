#include "staff_pages.hpp"

#include "numbers.hpp"
#include "report.hpp"

namespace whatsflow::analytics::pages {
namespace {

constexpr std::size_t kTrafficRows = 20;

const std::vector<std::int64_t> kOwnPages{own_site::kLanding, own_site::kApp};

/// What a dimension is counted by: a page has views, an entry page visits, most have all three.
sdk::Result<void> add_values(Report& report, const AnalyticsOffice& office, const sdk::Request& request,
                             const Numbers& numbers, const std::string& dimension) {
    const auto all = numbers.by_value(dimension, kTrafficRows);
    if (!all) return all.error();
    const bool has_views = dimension != dimension::kEntry;
    const bool has_visits = dimension != dimension::kPage && dimension != dimension::kLanguage;
    std::vector<std::string> columns{dimension};
    if (has_views) columns.insert(columns.end(), {"#visitors", "#views"});
    if (has_visits) columns.emplace_back("#visits");
    std::vector<std::vector<std::string>> rows;
    for (const auto& each : *all) {
        rows.push_back({each.value.empty() ? office.text(request.locale, "words.unknown") : each.value});
        if (has_views) rows.back().push_back(grouped(each.tally.visitors));
        if (has_views) rows.back().push_back(grouped(each.tally.views));
        if (has_visits) rows.back().push_back(grouped(each.tally.visits));
    }
    report.table(dimension, columns, std::move(rows), dimension);
    return sdk::ok();
}

struct Compared {
    AnalyticsTally now, before;
    std::vector<AnalyticsPart> days;
};

sdk::Result<Compared> compared(const Numbers& numbers, const Scope& scope) {
    auto days = numbers.by_day();
    if (!days) return days.error();
    const auto now = numbers.total(scope.times.span);
    if (!now) return now.error();
    const auto before = numbers.total(scope.times.before);
    if (!before) return before.error();
    return Compared{*now, *before, std::move(*days)};
}

std::string method_of(const AnalyticsOffice& office, const sdk::Request& request, const Numbers& numbers,
                      const AnalyticsTally& tally, const Scope& scope) {
    if (numbers.is_sampled()) {
        const auto seen = tally.visitors / numbers.walked().sample.one_in();
        return method_of(office, request.locale, numbers.walked(), seen);
    }
    // Pseudonyms change with the day: whoever comes on two days is two visitors.
    auto text = office.text(request.locale, tally.visitors_are_exact ? "words.exact" : "words.estimated");
    return scope.times.days > 1 ? text + " · " + office.text(request.locale, "words.sum_of_days") : text;
}

void add_traffic(Report& report, const AnalyticsOffice& office, const sdk::Request& request, const Scope& scope,
                 const Numbers& numbers, const Compared& traffic) {
    const auto now_visitors = traffic.now.visitors, then_visitors = traffic.before.visitors;
    report
        .figure("visitors", grouped(now_visitors), method_of(office, request, numbers, traffic.now, scope),
                std::pair{now_visitors, then_visitors})
        .figure("visits", grouped(traffic.now.visits), numbers.method_of_visits(request.locale),
                std::pair{traffic.now.visits, traffic.before.visits})
        .figure("views", grouped(traffic.now.views), numbers.method_of_views(request.locale),
                std::pair{traffic.now.views, traffic.before.views});
    std::vector<ChartPoint> points;
    for (const auto& day : traffic.days) points.push_back({day.start_at, {day.tally.visitors, day.tally.views}});
    report.chart("by_day", {"visitors", "views"}, points);
}

sdk::Result<sdk::Response> show_overview(const AnalyticsOffice& office, const sdk::Request& request) {
    const auto scope = scope_in(office, request, kOwnPages);
    if (!scope) return scope.error();
    Report report(office, request, "overview", *scope);
    const auto numbers = Numbers::of(office, request.context, *scope);
    if (!numbers) return numbers.error();
    const auto traffic = compared(*numbers, *scope);
    if (!traffic) return traffic.error();
    add_traffic(report, office, request, *scope, *numbers, *traffic);
    auto house = *scope;
    house.numbers = {own_site::kServer};
    house.filters.clear();  // programs have neither browser nor device
    for (const char* event : {"signed_up", "subscription_started", "payment_succeeded"}) {
        const auto now = office.store.total(request.context, house.asked(house.times.span, {event}));
        if (!now) return now.error();
        const auto before = office.store.total(request.context, house.asked(house.times.before, {event}));
        if (!before) return before.error();
        report.figure(event, grouped(now->events), office.text(request.locale, "words.exact"),
                      std::pair{now->events, before->events});
    }
    for (const char* each : {dimension::kPage, dimension::kSource})
        if (auto done = add_values(report, office, request, *numbers, each); !done) return done.error();
    const auto events =
        office.store.by_value(request.context, house.asked(house.times.span), dimension::kEvent, kTrafficRows);
    if (!events) return events.error();
    std::vector<std::vector<std::string>> rows;
    for (const auto& each : *events)
        rows.push_back({each.value, grouped(each.tally.events), grouped(each.tally.visitors)});
    report.table("house", {"event", "#events", "#tenants"}, std::move(rows));
    numbers->tell(report, request.locale);
    return report.page();
}

sdk::Result<sdk::Response> show_web(const AnalyticsOffice& office, const sdk::Request& request) {
    const auto scope = scope_in(office, request, {own_site::kLanding});
    if (!scope) return scope.error();
    Report report(office, request, "web", *scope);
    const auto numbers = Numbers::of(office, request.context, *scope);
    if (!numbers) return numbers.error();
    const auto traffic = compared(*numbers, *scope);
    if (!traffic) return traffic.error();
    add_traffic(report, office, request, *scope, *numbers, *traffic);
    const auto& now = traffic->now;
    report
        .figure("bounces", percent(static_cast<double>(now.bounces), static_cast<double>(now.visits)),
                numbers->method_of_visits(request.locale))
        .figure("duration", now.visits == 0 ? "–" : duration(now.seconds / now.visits),
                office.text(request.locale, "web.duration_note"));
    for (const char* each :
         {dimension::kPage, dimension::kEntry, dimension::kSource, dimension::kMedium, dimension::kCampaign,
          dimension::kCountry, dimension::kBrowser, dimension::kSystem, dimension::kDevice, dimension::kLanguage})
        if (auto done = add_values(report, office, request, *numbers, each); !done) return done.error();
    numbers->tell(report, request.locale);
    return report.page();
}

/// The latest of what is seen, without keeping all of it.
class Latest {
public:
    explicit Latest(std::size_t most) : most_(most) {}

    void see(const AnalyticsRecord& event) {
        seen_.push_back(event);
        if (seen_.size() >= 20 * most_) keep();
    }
    const std::vector<AnalyticsRecord>& events() {
        keep();
        return seen_;
    }

private:
    void keep() {
        std::ranges::stable_sort(seen_, std::greater{}, &AnalyticsRecord::occurred_at);
        if (seen_.size() > most_) seen_.resize(most_);
    }
    const std::size_t most_;
    std::vector<AnalyticsRecord> seen_;
};

sdk::Result<sdk::Response> show_live(const AnalyticsOffice& office, const sdk::Request& request) {
    constexpr std::int64_t kMinute = 60 * kSecond;
    constexpr std::size_t kShown = 50;
    auto scope = scope_in(office, request, {own_site::kLanding, own_site::kApp, own_site::kServer});
    if (!scope) return scope.error();
    const auto now = sdk::to_micros(office.host.clock().now());
    struct Minute {
        std::int64_t events = 0;
        std::set<std::int64_t> visitors;
    };
    std::map<std::int64_t, Minute> minutes;
    std::set<std::int64_t> present, lately;  // in five minutes, in thirty
    Latest latest(kShown);
    const auto walked = walk(office, request.context, scope->asked({now - 30 * kMinute, now + kMinute}), Among::sample,
                             Detail::places, [&](const AnalyticsRecord& event) {
                                 auto& minute = minutes[event.occurred_at / kMinute];
                                 ++minute.events;
                                 minute.visitors.insert(event.visitor);
                                 lately.insert(event.visitor);
                                 if (event.occurred_at >= now - 5 * kMinute) present.insert(event.visitor);
                                 latest.see(event);
                             });
    if (!walked) return walked.error();
    const auto& sample = walked->sample;
    const auto size = [](const auto& all) { return static_cast<std::int64_t>(all.size()); };
    Report report(office, request, "live", *scope);
    for (const auto& [label, people] : {std::pair{"now", size(present)}, {"half_hour", size(lately)}})
        report.figure(label, grouped(sample.scaled(people)), method_of(office, request.locale, *walked, people));
    std::vector<std::vector<std::string>> rows, per_minute;
    for (const auto& event : latest.events())
        rows.push_back({scope->times.zone.clock(event.occurred_at), event.name, event.path, event.country});
    for (auto each = minutes.rbegin(); each != minutes.rend(); ++each)
        per_minute.push_back({scope->times.zone.clock(each->first * kMinute).substr(0, 5),
                              grouped(sample.scaled(each->second.events)),
                              grouped(sample.scaled(size(each->second.visitors)))});
    report.table("latest", {"time", "event", "page", "country"}, std::move(rows))
        .table("minutes", {"minute", "#events", "#visitors"}, std::move(per_minute));
    return report.from(*walked).page();
}

}  // namespace

Handler traffic_page(std::string_view tab) {
    return tab == "overview" ? Handler(&show_overview) : tab == "web" ? Handler(&show_web) : Handler();
}

sdk::Result<void> register_traffic_pages(const AnalyticsOffice& office) {
    if (auto done = staff_page(office, path_of("overview"), "Analytics at a glance", &show_overview); !done)
        return done;
    if (auto done = staff_page(office, path_of("web"), "Visitors, pages, sources", &show_web); !done) return done;
    return staff_page(office, path_of("live"), "Who is there now", &show_live);
}

}  // namespace whatsflow::analytics::pages
