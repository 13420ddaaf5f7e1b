#include "business_words.hpp"
#include "event_walk.hpp"
#include "recurring.hpp"
#include "staff_pages.hpp"
#include "tenant_name.hpp"
#include "used_tables.hpp"

#include <array>

namespace whatsflow::analytics::pages {

namespace {

constexpr std::size_t kRows = 50;

/// The sites that count the people of these tenants in the app.
sdk::Result<std::vector<std::int64_t>> sites_of(const AnalyticsOffice& office, const sdk::CallContext& context,
                                                const SignUpSegment& segment) {
    const auto all = office.sites.all(context);
    if (!all) return all.error();
    std::vector<std::int64_t> numbers;
    for (const auto& site : *all)
        if (site.id == site.tenant && segment.holds(site.tenant)) numbers.push_back(site.number);
    return numbers;
}

/// Trials that ended in the time, and who paid for theirs since.
class Trials {
public:
    void see(const AnalyticsRecord& event) {
        if (event.name == "trial_ended") ended_.emplace(event.person, event.occurred_at);
        if (event.name == "payment_succeeded") {
            auto& last = last_paid_.emplace(event.person, event.occurred_at).first->second;
            last = std::max(last, event.occurred_at);
        }
    }
    /// A trial that ended on the last of the days is paid for behind them.
    sdk::Result<Walked> see_until_now(const AnalyticsOffice& office, const sdk::CallContext& context,
                                      const Scope& scope) {
        const auto now = sdk::to_micros(office.host.clock().now());
        if (ended_.empty() || scope.times.span.to > now) return Walked{};
        return walk(office, context, scope.asked({scope.times.span.to, now + 1}, {"payment_succeeded"}),
                    Among::everybody, Detail::walk, [&](const AnalyticsRecord& event) { see(event); });
    }
    std::string paid() const {
        const auto paid = std::ranges::count_if(ended_, [&](const auto& trial) {
            const auto last = last_paid_.find(trial.first);
            return last != last_paid_.end() && last->second >= trial.second;
        });
        return percent(static_cast<double>(paid), static_cast<double>(ended_.size()));
    }

private:
    std::map<std::string, std::int64_t> ended_, last_paid_;  ///< when, by tenant
};

sdk::Result<sdk::Response> show_growth(const AnalyticsOffice& office, const sdk::Request& request) {
    const auto asked = scope_in(office, request, {});
    if (!asked) return asked.error();
    const auto scope = of_the_house(*asked);
    const auto segment = SignUpSegment::chosen(office, request.context, *asked);
    if (!segment) return segment.error();
    const std::vector<std::string> names{"signed_up",         "email_verified",        "subscription_started",
                                         "payment_succeeded", "subscription_canceled", "tenant_closed",
                                         "trial_ended"};
    std::map<std::string, std::set<std::string>> tenants;  // by event
    std::map<std::int64_t, std::array<std::int64_t, 3>> days;
    Counted plans, sources, countries;
    Trials trials;
    const DayGrid grid(scope.times.zone);
    DayFinder finder(grid);
    auto walked = walk(office, request.context, scope.asked(scope.times.span, names), Among::everybody, Detail::walk,
                       [&](const AnalyticsRecord& event) {
                           if (!segment->holds(event.person)) return;
                           tenants[event.name].insert(event.person);
                           trials.see(event);
                           auto& day = days[finder.at(event.occurred_at).from];
                           if (event.name == "signed_up") {
                               ++day[0];
                               ++plans[property_of(event, "plan")];
                               ++sources[event.source];
                               ++countries[event.country];
                           }
                           if (event.name == "subscription_started") ++day[1];
                           if (event.name == "subscription_canceled" || event.name == "tenant_closed") ++day[2];
                       });
    if (!walked) return walked.error();
    const auto walked_since = trials.see_until_now(office, request.context, scope);
    if (!walked_since) return walked_since.error();
    walked->join(*walked_since);
    std::set<std::string> before;
    const auto walked_before = walk(office, request.context, scope.asked(scope.times.before, {"signed_up"}),
                                    Among::everybody, Detail::walk, [&](const AnalyticsRecord& event) {
                                        if (segment->holds(event.person)) before.insert(event.person);
                                    });
    if (!walked_before) return walked_before.error();
    const auto both = [&](const char* first, const char* second) {
        std::int64_t count = 0;
        for (const auto& tenant : tenants[first]) count += tenants[second].contains(tenant) ? 1 : 0;
        return count;
    };
    const auto size = [&](const char* name) { return static_cast<double>(tenants[name].size()); };
    const auto exact = office.text(request.locale, "words.exact");
    Report report(office, request, "growth", scope);
    report.without_sites().with_segments();
    tell_segment(report, office, request, *segment);
    const auto signed_up = static_cast<std::int64_t>(tenants["signed_up"].size());
    report
        .figure("signed_up", grouped(signed_up), exact, std::pair{signed_up, static_cast<std::int64_t>(before.size())})
        .figure("activation", percent(static_cast<double>(both("signed_up", "email_verified")), size("signed_up")),
                office.text(request.locale, "growth.activation_note"))
        .figure("conversion", percent(static_cast<double>(both("signed_up", "payment_succeeded")), size("signed_up")),
                office.text(request.locale, "growth.conversion_note"))
        .figure("trial_conversion", trials.paid(), office.text(request.locale, "growth.trial_note"));
    std::vector<ChartPoint> points;
    for (const auto& [at, day] : days) points.push_back({at, {day[0], day[1], day[2]}});
    report.chart("by_day", {"signed_up", "subscription_started", "left"}, points);
    const auto nothing = office.text(request.locale, "words.unknown");
    report.table("sources", {"source", "#signed_up"}, by_frequency(sources, nothing))
        .table("plans", {"plan", "#signed_up"}, by_frequency(plans, nothing))
        .table("countries", {"country", "#signed_up"}, by_frequency(countries, nothing));
    return report.from(*walked).page();
}

sdk::Result<sdk::Response> show_revenue(const AnalyticsOffice& office, const sdk::Request& request) {
    struct Sum {
        std::int64_t paid = 0, refunded = 0, payments = 0, failed = 0;
        std::set<std::string> tenants;
    };
    const auto asked = scope_in(office, request, {});
    if (!asked) return asked.error();
    const auto scope = of_the_house(*asked);
    const auto segment = SignUpSegment::chosen(office, request.context, *asked);
    if (!segment) return segment.error();
    std::map<std::string, Sum> sums;  // by currency
    std::map<std::int64_t, std::int64_t> payments;
    const DayGrid grid(scope.times.zone);
    DayFinder finder(grid);
    const auto walked = walk(office, request.context,
                             scope.asked(scope.times.span, {"payment_succeeded", "payment_failed", "payment_refunded"}),
                             Among::everybody, Detail::walk, [&](const AnalyticsRecord& event) {
                                 if (!segment->holds(event.person)) return;
                                 auto& sum = sums[event.currency];
                                 if (event.name == "payment_succeeded") {
                                     sum.paid += event.revenue;
                                     ++sum.payments;
                                     ++payments[finder.at(event.occurred_at).from];
                                     sum.tenants.insert(event.person);
                                 } else if (event.name == "payment_refunded") {
                                     sum.refunded += event.revenue;
                                 } else {
                                     ++sum.failed;
                                 }
                             });
    if (!walked) return walked.error();
    std::map<std::string, std::int64_t> before;  // by currency
    const auto walked_before = walk(office, request.context, scope.asked(scope.times.before, {"payment_succeeded"}),
                                    Among::everybody, Detail::walk, [&](const AnalyticsRecord& event) {
                                        if (segment->holds(event.person)) before[event.currency] += event.revenue;
                                    });
    if (!walked_before) return walked_before.error();
    auto used = scope;
    used.numbers = {own_site::kApp};
    if (!segment->is_everybody()) {
        auto sites = sites_of(office, request.context, *segment);
        if (!sites) return sites.error();
        used.numbers = std::move(*sites);
    }
    const auto usage = office.store.by_day(request.context, used.asked(used.times.span), used.times.zone);
    if (!usage) return usage.error();
    std::map<std::int64_t, std::array<std::int64_t, 2>> days;
    for (const auto& [at, count] : payments) days[at][0] = count;
    for (const auto& day : *usage) days[day.start_at][1] = day.tally.visitors;
    Report report(office, request, "revenue", scope);
    report.without_sites().with_segments();
    tell_segment(report, office, request, *segment);
    std::vector<std::vector<std::string>> rows;
    for (const auto& [currency, sum] : sums) {
        if (currency.empty()) continue;
        report.figure("paid", decimal({sum.paid, currency}) + " " + currency, office.text(request.locale, "words.sum"),
                      std::pair{sum.paid, before[currency]});
        rows.push_back({currency, grouped(sum.payments), decimal({sum.paid, currency}),
                        decimal({sum.refunded, currency}), grouped(sum.failed),
                        grouped(static_cast<std::int64_t>(sum.tenants.size()))});
    }
    // Whoever bills knows nothing of segments.
    std::vector<sdk::RecurringRevenueOf> recurring;
    if (segment->is_everybody()) {
        auto found = recurring_over(office, request.context, scope);
        if (!found) return found.error();
        recurring = std::move(*found);
    }
    for (const auto& each : recurring)
        report.figure("mrr", decimal({each.end, each.currency}) + " " + each.currency,
                      office.text(request.locale, "revenue.mrr_note"), std::pair{each.end, each.start});
    std::vector<ChartPoint> points;
    for (const auto& [at, day] : days) points.push_back({at, {day[0], day[1]}});
    report.chart("by_day", {"payments", "active_people"}, points)
        .table("by_currency", {"currency", "#payments", "#paid", "#refunded", "#failed", "#tenants"}, std::move(rows));
    add_recurring(report, recurring);
    report.note(office.text(request.locale, "revenue.note"));
    return report.from(*walked).page();
}

sdk::Result<sdk::Response> show_features(const AnalyticsOffice& office, const sdk::Request& request) {
    const auto found = scope_in(office, request, {own_site::kApp});
    if (!found) return found.error();
    const auto& scope = *found;
    Report report(office, request, "features", scope);
    if (auto done = add_used(report, office, request, scope, kRows); !done) return done.error();
    // Each tenant's own site, by use.
    const auto all = office.sites.all(request.context);
    if (!all) return all.error();
    auto of_tenants = scope;
    of_tenants.numbers.clear();
    std::map<std::int64_t, const ListedSite*> listed;
    for (const auto& site : *all)
        if (site.id == site.tenant) of_tenants.numbers.push_back(site.number), listed[site.number] = &site;
    const auto busiest = office.store.by_site(request.context, of_tenants.asked(scope.times.span), kRows);
    if (!busiest) return busiest.error();
    std::vector<std::vector<std::string>> rows;
    for (const auto& [at, site, value, tally] : *busiest)
        rows.push_back({tenant_name(office, request, listed.at(site)->tenant, listed.at(site)->name),
                        grouped(tally.views), grouped(tally.visits), grouped(tally.visitors)});
    report.table("tenants", {"tenant", "#views", "#visits", "#people"}, std::move(rows));
    return report.page();
}

}  // namespace

Handler business_page(std::string_view tab) {
    return tab == "growth"     ? Handler(&show_growth)
           : tab == "revenue"  ? Handler(&show_revenue)
           : tab == "features" ? Handler(&show_features)
                               : Handler();
}

sdk::Result<void> register_business_pages(const AnalyticsOffice& office) {
    if (auto done = staff_page(office, path_of("growth"), "Sign-ups, activation, conversion", &show_growth); !done)
        return done;
    if (auto done =
            staff_page(office, path_of("revenue"), "Payments and recurring revenue beside usage", &show_revenue);
        !done)
        return done;
    return staff_page(office, path_of("features"), "What is used, and by which tenants", &show_features);
}

}  // namespace whatsflow::analytics::pages
