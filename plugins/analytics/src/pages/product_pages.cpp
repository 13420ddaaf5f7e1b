#include "core/funnel.hpp"
#include "core/retention.hpp"
#include "event_walk.hpp"
#include "report.hpp"
#include "staff_pages.hpp"

namespace whatsflow::analytics::pages {

namespace {

std::int64_t whole_number(const std::string& text, std::int64_t otherwise, std::int64_t most) {
    if (text.empty() || text.size() > 4 || text.find_first_not_of("0123456789") != std::string::npos) return otherwise;
    return std::clamp<std::int64_t>(std::stoll(text), 1, most);
}

/// What is chosen in `step_1`, `step_2`…, else the way from sign-up to payment.
std::vector<std::string> steps_in(const sdk::Request& request, const std::vector<std::string>& names) {
    std::vector<std::string> steps;
    for (int i = 1; i <= 5; ++i)
        if (auto step = request.query.get("step_" + std::to_string(i)); !step.empty())
            steps.push_back(cut(step, longest::kName));
    if (!steps.empty()) return steps;
    for (const char* usual : {"signed_up", "email_verified", "subscription_started", "payment_succeeded"})
        if (std::ranges::find(names, usual) != names.end()) steps.emplace_back(usual);
    return steps;
}

sdk::Result<sdk::Response> show_funnels(const AnalyticsOffice& office, const sdk::Request& request) {
    const auto scope = scope_in(office, request, {own_site::kServer});
    if (!scope) return scope.error();
    const auto names = names_of(office, request.context, *scope);
    if (!names) return names.error();
    const auto steps = steps_in(request, *names);
    const auto window = whole_number(request.query.get("window"), 14, 90);
    Report report(office, request, "funnels", *scope);
    for (int i = 1; i <= 5; ++i) {
        const auto index = static_cast<std::size_t>(i - 1);
        auto offered = *names;
        const auto chosen = index < steps.size() ? steps[index] : std::string{};
        if (!chosen.empty() && std::ranges::find(offered, chosen) == offered.end()) offered.push_back(chosen);
        report.choice("step_" + std::to_string(i), offered, chosen);
    }
    report.choice("window", {"1", "7", "14", "30", "90"}, std::to_string(window));
    if (steps.empty()) return report.page();
    Funnel funnel(steps.size(), window * kDay);
    const auto walked = walk(office, request.context, scope->asked(scope->times.span, steps), Among::sample,
                             Detail::steps, [&](const AnalyticsRecord& event) {
                                 for (auto step = steps.size(); step-- > 0;)
                                     if (steps[step] == event.name) funnel.add(event.visitor, step, event.occurred_at);
                             });
    if (!walked) return walked.error();
    const auto reached = funnel.steps();
    std::vector<std::vector<std::string>> rows;
    for (std::size_t i = 0; i < steps.size(); ++i) {
        const auto here = static_cast<double>(reached[i].people);
        rows.push_back({std::to_string(i + 1), steps[i], grouped(walked->sample.scaled(reached[i].people)),
                        percent(here, static_cast<double>(reached[0].people)),
                        i == 0 ? "–" : percent(here, static_cast<double>(reached[i - 1].people)),
                        i == 0 || reached[i].people == 0 ? "–" : duration(reached[i].median_wait / kSecond)});
    }
    if (reached[0].people > 0)
        report
            .figure("whole",
                    percent(static_cast<double>(reached.back().people), static_cast<double>(reached[0].people)),
                    office.text(request.locale, "funnels.method",
                                {{"days", std::to_string(window)},
                                 {"method", method_of(office, request.locale, *walked, reached[0].people)}}))
            .table("steps", {"#step", "event", "#people", "#of_first", "#of_previous", "#median"}, std::move(rows));
    return report.from(*walked).page();
}

sdk::Result<sdk::Response> show_retention(const AnalyticsOffice& office, const sdk::Request& request) {
    const auto scope = scope_in(office, request, {own_site::kApp});
    if (!scope) return scope.error();
    const auto names = names_of(office, request.context, *scope);
    if (!names) return names.error();
    const auto first = request.query.get("first_event"), back = request.query.get("return_event");
    const auto period = request.query.get("period", "week");
    // Periods are counted in days of the calendar: a changed clock moves nobody to another week.
    const std::int64_t length = period == "day" ? 1 : period == "month" ? 28 : 7;
    const auto periods = std::clamp<std::int64_t>((scope->times.days + length - 1) / length, 1, 12);
    const auto& zone = scope->times.zone;
    const DayGrid grid(zone);
    DayFinder finder(grid);
    std::map<std::int64_t, std::int64_t> number_of;  // of the day that begins at an instant
    for (std::int64_t n = 0; n < scope->times.days; ++n)
        number_of[scope->times.start_of(n)] = scope->times.first_day + n;
    Retention retention(scope->times.first_day, length, static_cast<std::size_t>(periods));
    std::vector<std::string> wanted;
    if (!first.empty() && !back.empty()) wanted = {first, back};
    std::map<std::int64_t, std::set<std::int64_t>> active;  // people by day
    const auto note = [&](const AnalyticsRecord& event) {
        const auto day = number_of[finder.at(event.occurred_at).from];
        if (first.empty() || event.name == first) retention.began(event.visitor, day);
        if (back.empty() || event.name == back) {
            retention.was_there(event.visitor, day);
            active[day].insert(event.visitor);
        }
    };
    const auto walked =
        walk(office, request.context, scope->asked(scope->times.span, wanted), Among::sample, Detail::steps, note);
    if (!walked) return walked.error();
    const auto& sample = walked->sample;
    const auto today = zone.day_of(sdk::to_micros(office.host.clock().now()));
    std::vector<std::vector<std::string>> rows;
    std::vector<std::string> columns{"cohort", "#people"};
    for (std::int64_t k = 0; k < periods; ++k) columns.push_back("#" + std::to_string(k));
    for (const auto& cohort : retention.cohorts(today)) {
        std::vector<std::string> row{day_text(cohort.start_at * kDay), grouped(sample.scaled(cohort.people))};
        for (std::size_t k = 0; k < static_cast<std::size_t>(periods); ++k)
            row.push_back(k < cohort.back.size() && cohort.people > 0
                              ? percent(static_cast<double>(cohort.back[k]), static_cast<double>(cohort.people))
                              : "");
        if (cohort.people > 0) rows.push_back(std::move(row));
    }
    Report report(office, request, "retention", *scope);
    report.choice("first_event", *names, first)
        .choice("return_event", *names, back)
        .choice("period", {"day", "week", "month"}, period);
    const auto last = scope->times.first_day + scope->times.days;
    for (const auto& [label, days] : {std::pair{"dau", 1}, {"wau", 7}, {"mau", 28}}) {
        std::set<std::int64_t> people;
        for (const auto& [day, those] : active)
            if (day < last && day >= last - days) people.insert(those.begin(), those.end());
        const auto seen = static_cast<std::int64_t>(people.size());
        report.figure(label, grouped(sample.scaled(seen)), method_of(office, request.locale, *walked, seen));
    }
    std::vector<ChartPoint> points;
    for (const auto& [day, people] : active)
        points.push_back({zone.start_of(day), {sample.scaled(static_cast<std::int64_t>(people.size()))}});
    report.chart("by_day", {"people"}, points)
        .table("cohorts", columns, std::move(rows))
        .note(office.text(request.locale, "retention.method"));
    return report.from(*walked).page();
}

}  // namespace

sdk::Result<void> register_product_pages(const AnalyticsOffice& office) {
    if (auto done = staff_page(office, path_of("funnels"), "How far people come", &show_funnels); !done) return done;
    return staff_page(office, path_of("retention"), "Who comes back", &show_retention);
}

}  // namespace whatsflow::analytics::pages
