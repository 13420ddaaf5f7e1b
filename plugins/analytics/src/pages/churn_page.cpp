// Who leaves: how many, why, from which plans, how long they had been there, and who may be next.
#include "business_words.hpp"
#include "event_walk.hpp"
#include "recurring.hpp"
#include "sign_up_segment.hpp"
#include "staff_pages.hpp"
#include "tenant_name.hpp"

#include <array>

namespace whatsflow::analytics::pages {
namespace {

constexpr std::size_t kMostTold = 50;
constexpr std::size_t kMostSites = 10'000;
/// Of the last so many days: whoever pays and is not seen in them is told.
constexpr std::int64_t kQuiet = 14;

struct Leaving {
    std::map<std::string, std::int64_t> left;  ///< when, by tenant
    std::set<std::string> behind, caught_up;
    std::map<std::string, std::int64_t> payments;  ///< how many, by tenant
    std::map<std::int64_t, std::array<std::int64_t, 3>> days;
    Counted reasons, plans;
};

bool leaves(const AnalyticsRecord& event) {
    return event.name == "subscription_canceled" || event.name == "tenant_closed";
}

sdk::Result<Walked> count(const AnalyticsOffice& office, const sdk::CallContext& context, const Scope& scope,
                          const SignUpSegment& segment, Leaving& leaving) {
    const DayGrid grid(scope.times.zone);
    DayFinder finder(grid);
    const std::vector<std::string> names{"subscription_canceled", "tenant_closed", "subscription_past_due",
                                         "subscription_recovered", "payment_succeeded"};
    return walk(office, context, scope.asked(scope.times.span, names), Among::everybody, Detail::walk,
                [&](const AnalyticsRecord& event) {
                    if (!segment.holds(event.person)) return;
                    if (event.name == "payment_succeeded") {
                        ++leaving.payments[event.person];
                        return;
                    }
                    auto& day = leaving.days[finder.at(event.occurred_at).from];
                    if (event.name == "subscription_past_due") {
                        leaving.behind.insert(event.person);
                        ++day[1];
                    } else if (event.name == "subscription_recovered") {
                        leaving.caught_up.insert(event.person);
                        ++day[2];
                    } else if (leaving.left.emplace(event.person, event.occurred_at).second) {
                        // Whoever cancels and then closes the account leaves once.
                        ++day[0];
                        ++leaving.reasons[property_of(event, "reason")];
                        ++leaving.plans[property_of(event, "plan")];
                    }
                });
}

/// How long they had been there, by the time of their sign-up.
sdk::Result<Counted> stays(const AnalyticsOffice& office, const sdk::CallContext& context, const Scope& scope,
                           const Leaving& leaving) {
    Counted stays;
    if (leaving.left.empty()) return stays;
    std::map<std::string, std::int64_t> began;
    const auto walked =
        walk(office, context, scope.asked({0, scope.times.span.to}, {"signed_up"}), Among::everybody, Detail::walk,
             [&](const AnalyticsRecord& event) { began.emplace(event.person, event.occurred_at); });
    if (!walked) return walked.error();
    for (const auto& [tenant, left_at] : leaving.left) {
        const auto found = began.find(tenant);
        const auto days = found == began.end() ? -1 : (left_at - found->second) / kDay;
        ++stays[days < 0 ? "" : days < 30 ? "month" : days < 90 ? "quarter" : days < 365 ? "year" : "longer"];
    }
    return stays;
}

/// Tenants that paid and did not leave, whose people were not seen lately.
sdk::Result<std::vector<std::vector<std::string>>> quiet_payers(const AnalyticsOffice& office,
                                                                const sdk::Request& request, const Scope& scope,
                                                                const Leaving& leaving) {
    const auto all = office.sites.all(request.context);
    if (!all) return all.error();
    auto of_tenants = scope;
    of_tenants.numbers.clear();
    std::map<std::int64_t, std::string> tenant_of;
    for (const auto& site : *all)
        if (site.id == site.tenant) of_tenants.numbers.push_back(site.number), tenant_of[site.number] = site.tenant;
    const auto views_over = [&](Span span) -> sdk::Result<std::map<std::string, std::int64_t>> {
        const auto sites = office.store.by_site(request.context, of_tenants.asked(span), kMostSites);
        if (!sites) return sites.error();
        std::map<std::string, std::int64_t> views;
        for (const auto& each : *sites) views[tenant_of.at(each.site)] = each.tally.views;
        return views;
    };
    const auto& span = scope.times.span;
    const auto quiet_days = std::min(kQuiet, scope.times.days);
    const auto lately = views_over({scope.times.start_of(scope.times.days - quiet_days), span.to});
    if (!lately) return lately.error();
    const auto meanwhile = views_over({span.from, span.to});
    if (!meanwhile) return meanwhile.error();
    std::vector<std::vector<std::string>> rows;
    for (const auto& [tenant, payments] : leaving.payments) {
        if (rows.size() == kMostTold) break;
        if (leaving.left.contains(tenant) || lately->contains(tenant)) continue;
        const auto views = meanwhile->find(tenant);
        rows.push_back({tenant_name(office, request, tenant, {}), grouped(payments),
                        grouped(views == meanwhile->end() ? 0 : views->second)});
    }
    return rows;
}

void tell_recurring(Report& report, const AnalyticsOffice& office, const sdk::Request& request,
                    const std::vector<sdk::RecurringRevenueOf>& all) {
    std::int64_t at_start = 0, left = 0;
    for (const auto& each : all) at_start += each.customers_at_start, left += each.customers_left;
    report.figure(
        "customers", percent(static_cast<double>(left), static_cast<double>(at_start)),
        office.text(request.locale, "churn.customers_note", {{"left", grouped(left)}, {"all", grouped(at_start)}}));
    for (const auto& each : all)
        report.figure("revenue",
                      percent(static_cast<double>(each.churn + each.contraction), static_cast<double>(each.start)),
                      office.text(request.locale, "churn.revenue_note", {{"currency", each.currency}}));
}

sdk::Result<sdk::Response> show_churn(const AnalyticsOffice& office, const sdk::Request& request) {
    const auto asked = scope_in(office, request, {});
    if (!asked) return asked.error();
    const auto scope = of_the_house(*asked);
    const auto segment = SignUpSegment::chosen(office, request.context, *asked);
    if (!segment) return segment.error();
    Leaving leaving;
    const auto walked = count(office, request.context, scope, *segment, leaving);
    if (!walked) return walked.error();
    const auto times = stays(office, request.context, scope, leaving);
    if (!times) return times.error();
    auto quiet = quiet_payers(office, request, scope, leaving);
    if (!quiet) return quiet.error();
    const auto& locale = request.locale;
    const auto exact = office.text(locale, "words.exact");
    Report report(office, request, "churn", scope);
    report.without_sites().with_segments();
    tell_segment(report, office, request, *segment);
    report.figure("left", grouped(static_cast<std::int64_t>(leaving.left.size())), exact);
    // Whoever bills knows nothing of segments.
    std::vector<sdk::RecurringRevenueOf> recurring;
    if (segment->is_everybody()) {
        auto found = recurring_over(office, request.context, scope);
        if (!found) return found.error();
        recurring = std::move(*found);
        if (!recurring.empty()) tell_recurring(report, office, request, recurring);
    }
    std::int64_t both = 0;
    for (const auto& tenant : leaving.behind) both += leaving.caught_up.contains(tenant) ? 1 : 0;
    report.figure("recovered", percent(static_cast<double>(both), static_cast<double>(leaving.behind.size())),
                  office.text(locale, "churn.recovered_note"));
    std::vector<ChartPoint> points;
    for (const auto& [at, day] : leaving.days) points.push_back({at, {day[0], day[1], day[2]}});
    report.chart("by_day", {"left", "behind", "caught_up"}, points);
    const auto nothing = office.text(locale, "words.unknown");
    const auto said = [&](const Counted& counted, const char* prefix) {
        Counted named;
        for (const auto& [word, people] : counted) {
            const auto key = std::string("churn.") + prefix + word;
            const auto text = word.empty() ? nothing : office.text(locale, key);
            // A reason that a program gave in words of its own is shown as it is.
            named[text.ends_with(key) ? word : text] += people;
        }
        return by_frequency(named, nothing);
    };
    report.table("reasons", {"reason", "#left"}, said(leaving.reasons, "because_"))
        .table("plans", {"plan", "#left"}, by_frequency(leaving.plans, nothing))
        .table("stays", {"stay", "#left"}, said(*times, "stayed_"))
        .table("quiet", {"tenant", "#payments", "#views"}, std::move(*quiet));
    add_recurring(report, recurring);
    return report.from(*walked).page();
}

}  // namespace

sdk::Result<void> register_churn_page(const AnalyticsOffice& office) {
    return staff_page(office, path_of("churn"), "Who leaves, why, and who may be next", &show_churn);
}

Handler churn_page() {
    return &show_churn;
}

}  // namespace whatsflow::analytics::pages
