#include "used_tables.hpp"

namespace whatsflow::analytics::pages {

sdk::Result<void> add_used(Report& report, const AnalyticsOffice& office, const sdk::Request& request,
                           const Scope& scope, std::size_t most) {
    const auto asked = scope.asked(scope.times.span);
    const auto pages = office.store.by_value(request.context, asked, dimension::kPage, most);
    if (!pages) return pages.error();
    std::vector<std::vector<std::string>> rows;
    for (const auto& page : *pages)
        rows.push_back({page.value, grouped(page.tally.views), grouped(page.tally.visitors)});
    report.table("pages", {"page", "#views", "#people"}, std::move(rows), dimension::kPage);
    const auto events = office.store.by_value(request.context, asked, dimension::kEvent, most);
    if (!events) return events.error();
    rows.clear();
    for (const auto& event : *events)
        if (event.value != kPageView)
            rows.push_back({event.value, grouped(event.tally.events), grouped(event.tally.visitors)});
    report.table("actions", {"event", "#events", "#people"}, std::move(rows));
    return sdk::ok();
}

}  // namespace whatsflow::analytics::pages
