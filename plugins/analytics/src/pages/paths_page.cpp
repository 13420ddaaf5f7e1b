// What people do before and after they see a page or do something.
#include "core/paths.hpp"
#include "event_walk.hpp"
#include "report.hpp"
#include "staff_pages.hpp"

namespace whatsflow::analytics::pages {
namespace {

constexpr std::size_t kDepth = 3;
constexpr std::size_t kWays = 20;
constexpr std::size_t kPages = 50;

std::string label_of(const AnalyticsRecord& event) {
    return event.name == kPageView ? event.path : event.name;
}

std::vector<std::vector<std::string>> rows_of(const Paths::Counted& counted, std::int64_t whole, const Sample& sample) {
    std::vector<std::vector<std::string>> rows;
    for (const auto& [label, count] : counted) {
        if (rows.size() == kWays) break;
        rows.push_back(
            {label, grouped(sample.scaled(count)), percent(static_cast<double>(count), static_cast<double>(whole))});
    }
    return rows;
}

/// Pages first, then events: both can be stepped on.
sdk::Result<std::vector<std::string>> steps_of(const AnalyticsOffice& office, const sdk::CallContext& context,
                                               const Scope& scope) {
    std::vector<std::string> steps;
    const auto pages = office.store.by_value(context, scope.asked(scope.times.span), dimension::kPage, kPages);
    if (!pages) return pages.error();
    for (const auto& page : *pages)
        if (page.value != kOther) steps.push_back(page.value);
    const auto names = names_of(office, context, scope);
    if (!names) return names.error();
    for (const auto& name : *names)
        if (name != kPageView) steps.push_back(name);
    return steps;
}

sdk::Result<sdk::Response> show_paths(const AnalyticsOffice& office, const sdk::Request& request) {
    const auto scope = scope_in(office, request, {own_site::kLanding});
    if (!scope) return scope.error();
    auto steps = steps_of(office, request.context, *scope);
    if (!steps) return steps.error();
    const auto asked_for = cut(request.query.get("through"), longest::kPath);
    const auto through = !asked_for.empty() ? asked_for : steps->empty() ? std::string() : steps->front();
    if (!through.empty() && std::ranges::find(*steps, through) == steps->end()) steps->push_back(through);
    Report report(office, request, "paths", *scope);
    report.choice("through", *steps, through);
    if (through.empty()) return report.page();
    Paths paths(through, kDepth);
    const auto walked = walk(office, request.context, scope->asked(scope->times.span), Among::sample, Detail::places,
                             [&](const AnalyticsRecord& event) {
                                 // Programs make no visits: for them it is the person's whole time.
                                 paths.add(event.visit != 0 ? event.visit : event.visitor, label_of(event));
                             });
    if (!walked) return walked.error();
    const auto& sample = walked->sample;
    report.figure("through_visits", grouped(sample.scaled(paths.visits())),
                  method_of(office, request.locale, *walked, paths.visits()));
    std::vector<std::vector<std::string>> ways;
    for (const auto& [way, count] : paths.ways()) {
        if (ways.size() == kWays) break;
        std::string words;
        for (const auto& label : way) words += (words.empty() ? "" : " → ") + label;
        ways.push_back({words, grouped(sample.scaled(count)),
                        percent(static_cast<double>(count), static_cast<double>(paths.visits()))});
    }
    report.table("before", {"step", "#visits", "#share"}, rows_of(paths.before(), paths.visits(), sample))
        .table("after", {"step", "#visits", "#share"}, rows_of(paths.after(), paths.visits(), sample))
        .table("ways", {"way", "#visits", "#share"}, std::move(ways));
    return report.from(*walked).page();
}

}  // namespace

sdk::Result<void> register_paths_page(const AnalyticsOffice& office) {
    return staff_page(office, path_of("paths"), "What people do before and after", &show_paths);
}

}  // namespace whatsflow::analytics::pages
