#include "business_words.hpp"

namespace whatsflow::analytics::pages {

std::vector<std::vector<std::string>> by_frequency(const Counted& counted, const std::string& nothing) {
    constexpr std::size_t kMostRows = 50;
    std::vector<std::pair<std::string, std::int64_t>> all(counted.begin(), counted.end());
    std::ranges::stable_sort(all, std::greater{}, &std::pair<std::string, std::int64_t>::second);
    std::vector<std::vector<std::string>> rows;
    for (const auto& [value, count] : all) {
        if (rows.size() == kMostRows) break;
        rows.push_back({value.empty() ? nothing : value, grouped(count)});
    }
    return rows;
}

Scope of_the_house(Scope scope) {
    scope.numbers = {own_site::kServer};
    scope.site.clear();
    scope.filters.clear();  // who is meant is found by their sign-ups
    return scope;
}

void tell_segment(Report& report, const AnalyticsOffice& office, const sdk::Request& request,
                  const SignUpSegment& segment) {
    if (segment.is_everybody()) return;
    std::string unknown;
    for (const auto& dimension : segment.unknown())
        unknown += (unknown.empty() ? "" : ", ") + office.text(request.locale, "words." + dimension);
    if (unknown.empty())
        report.note(office.text(request.locale, "growth.segment"));
    else
        report.note(office.text(request.locale, "growth.no_segment", {{"what", unknown}}), true);
    report.from(segment.walked());
}

}  // namespace whatsflow::analytics::pages
