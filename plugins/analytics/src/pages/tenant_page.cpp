#include "staff_pages.hpp"
#include "used_tables.hpp"

namespace whatsflow::analytics::pages {
namespace {

constexpr const char* kPath = "/usage/people";
constexpr const char* kSeeOwn = "analytics.usage";
constexpr std::size_t kMostUsed = 30;

sdk::Result<sdk::Response> show_own_people(const AnalyticsOffice& office, const sdk::Request& request) {
    const auto site =
        office.sites.of_tenant_itself(request.context, request.context.tenant, request.identity->tenant_name);
    if (!site) return site.error();
    Scope scope{times_in(request, sdk::to_micros(office.host.clock().now()), office.zone_of(request)),
                {},
                {},
                {*site},
                Bots::exclude,
                {},
                {},
                {},
                {}};
    Report report(office, request, "tenant", scope);
    report.alone(kPath);
    const auto days = office.store.by_day(request.context, scope.asked(scope.times.span), scope.times.zone);
    if (!days) return days.error();
    const auto now = office.store.total(request.context, scope.asked(scope.times.span));
    if (!now) return now.error();
    const auto before = office.store.total(request.context, scope.asked(scope.times.before));
    if (!before) return before.error();
    std::vector<ChartPoint> points;
    for (const auto& day : *days) points.push_back({day.start_at, {day.tally.visitors, day.tally.views}});
    const auto exact = office.text(request.locale, "words.exact");
    report
        .figure("people", grouped(now->visitors),
                now->visitors_are_exact ? exact : office.text(request.locale, "words.estimated"),
                std::pair{now->visitors, before->visitors})
        .figure("visits", grouped(now->visits), exact, std::pair{now->visits, before->visits})
        .figure("views", grouped(now->views), exact, std::pair{now->views, before->views})
        .chart("by_day", {"people", "views"}, points);
    if (auto done = add_used(report, office, request, scope, kMostUsed); !done) return done.error();
    return report.page();
}

}  // namespace

sdk::Result<void> register_tenant_page(const AnalyticsOffice& office) {
    const sdk::PermissionDefinition see{sdk::Site::app, kSeeOwn, "analytics.permissions.usage", {"owner", "admin"}};
    if (auto done = office.host.contribute(see); !done) return done;
    const sdk::NavigationEntry entry{sdk::Site::app, "workspace", "analytics.pages.tenant.title", "chart-line", kPath,
                                     kSeeOwn,        45};
    if (auto done = office.host.contribute(entry); !done) return done;
    auto route = sdk::get(sdk::Site::app, kPath, sdk::Permission::named(kSeeOwn), answered(office, &show_own_people));
    route.summary = "How the tenant's own people use the app";
    return office.host.route(std::move(route));
}

}  // namespace whatsflow::analytics::pages
