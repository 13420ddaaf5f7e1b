#include "event_walk.hpp"

namespace whatsflow::analytics::pages {

sdk::Result<bool> walk(const AnalyticsOffice& office, const sdk::CallContext& context, const Asked& asked,
                       const std::function<void(const AnalyticsRecord&)>& visit) {
    constexpr std::size_t kPiece = 10'000;
    std::size_t seen = 0;
    for (const auto site : asked.sites) {
        auto of_site = asked;
        of_site.sites = {site};
        AnalyticsPlace after;
        while (true) {
            const auto events = office.store.read(context, of_site, after, kPiece);
            if (!events) return events.error();
            for (const auto& event : *events) {
                if (++seen > kMostWalked) return true;
                visit(event);
            }
            if (events->size() < kPiece) break;
            after = {events->back().occurred_at, events->back().id};
        }
    }
    return false;
}

std::string property_of(const AnalyticsRecord& event, const char* key) {
    const auto properties = nlohmann::json::parse(event.properties, nullptr, false);
    if (!properties.is_object()) return {};
    const auto found = properties.find(key);
    return found != properties.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

sdk::Result<std::vector<std::string>> names_of(const AnalyticsOffice& office, const sdk::CallContext& context,
                                               const Scope& scope) {
    const auto rows = office.store.by_value(context, scope.asked(scope.times.span), dimension::kEvent, 100);
    if (!rows) return rows.error();
    std::vector<std::string> names;
    for (const auto& row : *rows)
        if (row.value != kOther) names.push_back(row.value);
    return names;
}

}  // namespace whatsflow::analytics::pages
