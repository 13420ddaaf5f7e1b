#include "used_tables.hpp"

#include "numbers.hpp"

namespace whatsflow::analytics::pages {

sdk::Result<void> add_used(Report& report, const AnalyticsOffice& office, const sdk::Request& request,
                           const Scope& scope, std::size_t most) {
    const auto numbers = Numbers::of(office, request.context, scope);
    if (!numbers) return numbers.error();
    numbers->tell(report, request.locale);
    const auto pages = numbers->by_value(dimension::kPage, most);
    if (!pages) return pages.error();
    std::vector<std::vector<std::string>> rows;
    for (const auto& page : *pages)
        rows.push_back({page.value, grouped(page.tally.views), grouped(page.tally.visitors)});
    report.table("pages", {"page", "#views", "#people"}, std::move(rows), dimension::kPage);
    const auto events = numbers->by_value(dimension::kEvent, most);
    if (!events) return events.error();
    rows.clear();
    for (const auto& event : *events)
        if (event.value != kPageView)
            rows.push_back({event.value, grouped(event.tally.events), grouped(event.tally.visitors)});
    report.table("actions", {"event", "#events", "#people"}, std::move(rows));
    return sdk::ok();
}

}  // namespace whatsflow::analytics::pages
