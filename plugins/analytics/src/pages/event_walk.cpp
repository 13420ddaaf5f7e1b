#include "event_walk.hpp"

namespace whatsflow::analytics::pages {

namespace {

/// From the first day to the last on which sums know of an event with one of the names.
sdk::Result<Day> days_with(const AnalyticsOffice& office, const sdk::CallContext& context, const Asked& asked) {
    Day days{INT64_MAX, INT64_MIN};
    auto one = asked;
    one.filters.clear();
    one.person.clear();
    for (const auto& name : asked.names) {
        one.names = {name};
        const auto parts = office.store.by_time(context, one, kDay);
        if (!parts) return parts.error();
        for (const auto& part : *parts)
            if (part.tally.events > 0)
                days = {std::min(days.from, part.start_at), std::max(days.to, part.start_at + kDay)};
    }
    return Day{std::max(days.from, asked.from), std::min(days.to, asked.to)};
}

}  // namespace

sdk::Result<bool> walk(const AnalyticsOffice& office, const sdk::CallContext& context, const Asked& asked,
                       const std::function<void(const AnalyticsRecord&)>& visit) {
    constexpr std::size_t kPiece = 10'000;
    const auto until = std::chrono::steady_clock::now() + kLongestWalk;
    std::size_t seen = 0;
    for (const auto site : asked.sites) {
        auto of_site = asked;
        of_site.sites = {site};
        if (!asked.names.empty()) {
            const auto days = days_with(office, context, of_site);
            if (!days) return days.error();
            if (days->from >= days->to) continue;
            of_site.from = days->from;
            of_site.to = days->to;
        }
        AnalyticsPlace after;
        while (true) {
            const auto events = office.store.read(context, of_site, after, kPiece);
            if (!events) return events.error();
            for (const auto& event : *events) {
                if (++seen > kMostWalked) return true;
                visit(event);
            }
            if (events->size() < kPiece) break;
            if (std::chrono::steady_clock::now() > until) return true;
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
