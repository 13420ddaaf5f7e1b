#include "report.hpp"
#include "staff_pages.hpp"

namespace whatsflow::analytics::pages {
namespace {

constexpr const char* kPath = "/usage/people";
constexpr const char* kSeeOwn = "analytics.usage";
constexpr std::size_t kRows = 30;

sdk::Result<sdk::Response> show(const AnalyticsOffice& office, const sdk::Request& request) {
    const auto site =
        office.sites.of_tenant_itself(request.context, request.context.tenant, request.identity->tenant_name);
    if (!site) return site.error();
    Scope scope{times_in(request, sdk::to_micros(office.host.clock().now())), {}, {}, {*site}, Bots::exclude};
    Report report(office, request, "tenant", scope);
    report.alone(kPath);
    const auto days = office.questions.by_time(request.context, scope.asked(scope.times.span), Period::day);
    if (!days) return days.error();
    const auto before = office.questions.total(request.context, scope.asked(scope.times.before));
    if (!before) return before.error();
    Tally all;
    std::vector<ChartPoint> points;
    for (const auto& day : *days) {
        all.add(day.tally);
        points.push_back({day.start_at, {day.tally.visitors.estimate(), day.tally.views}});
    }
    const auto exact = office.text(request.locale, "words.exact");
    const auto people = all.visitors.estimate(), people_before = before->tally.visitors.estimate();
    report
        .figure("people", grouped(people),
                all.visitors.is_exact() ? exact : office.text(request.locale, "words.estimated"),
                std::pair{people, people_before})
        .figure("visits", grouped(all.visits), exact, std::pair{all.visits, before->tally.visits})
        .figure("views", grouped(all.views), exact, std::pair{all.views, before->tally.views})
        .chart("by_day", {"people", "views"}, points);
    const auto pages =
        office.questions.by_value(request.context, scope.asked(scope.times.span), dimension::kPage, kRows);
    if (!pages) return pages.error();
    std::vector<std::vector<std::string>> rows;
    for (const auto& page : *pages)
        rows.push_back({page.value, grouped(page.tally.views), grouped(page.tally.visitors.estimate())});
    report.table("pages", {"page", "#views", "#people"}, std::move(rows));
    const auto events =
        office.questions.by_value(request.context, scope.asked(scope.times.span), dimension::kEvent, kRows);
    if (!events) return events.error();
    rows.clear();
    for (const auto& event : *events)
        if (event.value != kPageView)
            rows.push_back({event.value, grouped(event.tally.events), grouped(event.tally.visitors.estimate())});
    report.table("actions", {"event", "#events", "#people"}, std::move(rows));
    return report.page();
}

}  // namespace

sdk::Result<void> register_tenant_page(const AnalyticsOffice& office) {
    const sdk::PermissionDefinition see{sdk::Site::app, kSeeOwn, "analytics.permissions.usage", {"owner", "admin"}};
    if (auto done = office.host.contribute(see); !done) return done;
    const sdk::NavigationEntry entry{sdk::Site::app, "workspace", "analytics.pages.tenant.title", "chart-line", kPath,
                                     kSeeOwn,        45};
    if (auto done = office.host.contribute(entry); !done) return done;
    auto route = sdk::get(sdk::Site::app, kPath, sdk::Permission::named(kSeeOwn), answered(office, &show));
    route.summary = "How the tenant's own people use the app";
    return office.host.route(std::move(route));
}

}  // namespace whatsflow::analytics::pages
