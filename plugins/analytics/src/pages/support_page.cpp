// What customers ask and staff write down: messages of the contact form, and notes.
#include "event_walk.hpp"
#include "report.hpp"
#include "staff_pages.hpp"
#include "tenant_name.hpp"

#include <array>

namespace whatsflow::analytics::pages {
namespace {

constexpr std::size_t kMostTenants = 20;

/// What happened about one tenant.
struct Attended {
    std::int64_t notes = 0, first_at = 0;
    bool left = false;  ///< after the first note
};

struct Counts {
    std::int64_t messages = 0, notes = 0;
    std::map<std::int64_t, std::array<std::int64_t, 2>> by_day;
    std::array<std::array<std::int64_t, 2>, 24> by_hour{};
    std::map<std::string, std::int64_t> topics;
    std::map<std::string, Attended> tenants;
    std::set<std::string> people;
};

sdk::Result<Walked> count(const AnalyticsOffice& office, const sdk::CallContext& context, const Asked& asked,
                          const TimeZone& zone, Counts& counts) {
    const DayGrid grid(zone);
    DayFinder finder(grid);
    return walk(office, context, asked, Among::everybody, Detail::walk, [&](const AnalyticsRecord& event) {
        const bool is_message = event.name == "contacted", is_note = event.name == "note_added";
        if (is_message || is_note) {
            ++counts.by_day[finder.at(event.occurred_at).from][is_note ? 1 : 0];
            ++counts.by_hour.at(std::stoul(zone.clock(event.occurred_at)))[is_note ? 1 : 0];
        }
        if (is_message) {
            ++counts.messages;
            ++counts.topics[property_of(event, "topic")];
        } else if (is_note) {
            ++counts.notes;
            if (property_of(event, "kind") == "user") {
                counts.people.insert(event.person);
                return;
            }
            auto& tenant = counts.tenants[event.person];
            if (tenant.notes++ == 0) tenant.first_at = event.occurred_at;
        } else if (const auto found = counts.tenants.find(event.person); found != counts.tenants.end()) {
            found->second.left = true;
        }
    });
}

sdk::Result<sdk::Response> show_support(const AnalyticsOffice& office, const sdk::Request& request) {
    auto scope = scope_in(office, request, {own_site::kServer});
    if (!scope) return scope.error();
    scope->numbers = {own_site::kServer};
    scope->filters.clear();
    scope->segment.clear();
    const std::vector<std::string> names{"contacted", "note_added", "subscription_canceled", "tenant_closed"};
    Counts now, before;
    const auto& zone = scope->times.zone;
    const auto walked = count(office, request.context, scope->asked(scope->times.span, names), zone, now);
    if (!walked) return walked.error();
    const auto earlier = count(office, request.context, scope->asked(scope->times.before, names), zone, before);
    if (!earlier) return earlier.error();
    const auto exact = office.text(request.locale, "words.exact");
    const auto size = [](const auto& all) { return static_cast<std::int64_t>(all.size()); };
    const auto left = std::ranges::count_if(now.tenants, [](const auto& each) { return each.second.left; });
    Report report(office, request, "support", *scope);
    report.without_sites()
        .figure("messages", grouped(now.messages), exact, std::pair{now.messages, before.messages})
        .figure("notes", grouped(now.notes), exact, std::pair{now.notes, before.notes})
        .figure("noted_tenants", grouped(size(now.tenants)),
                office.text(request.locale, "support.people", {{"people", grouped(size(now.people))}}),
                std::pair{size(now.tenants), size(before.tenants)})
        .figure("left_after", percent(static_cast<double>(left), static_cast<double>(now.tenants.size())),
                office.text(request.locale, "support.left_note", {{"tenants", grouped(left)}}));
    std::vector<ChartPoint> points;
    for (const auto& [at, day] : now.by_day) points.push_back({at, {day[0], day[1]}});
    report.chart("by_day", {"messages", "notes"}, points);
    std::vector<std::vector<std::string>> rows;
    const auto nothing = office.text(request.locale, "words.unknown");
    for (const auto& [topic, messages] : now.topics)
        rows.push_back({topic.empty() ? nothing : topic, grouped(messages),
                        percent(static_cast<double>(messages), static_cast<double>(now.messages))});
    report.table("topics", {"topic", "#messages", "#share"}, std::move(rows));
    rows.clear();
    std::vector<std::pair<std::string, Attended>> tenants(now.tenants.begin(), now.tenants.end());
    std::ranges::stable_sort(tenants, std::greater{}, [](const auto& each) { return each.second.notes; });
    for (const auto& [tenant, attended] : tenants) {
        if (rows.size() == kMostTenants) break;
        rows.push_back({tenant_name(office, request, tenant), grouped(attended.notes), zone.date(attended.first_at),
                        office.text(request.locale, attended.left ? "support.has_left" : "support.stayed")});
    }
    report.table("by_tenant", {"tenant", "#notes", "first_note", "since_then"}, std::move(rows));
    rows.clear();
    for (std::size_t hour = 0; hour < now.by_hour.size(); ++hour)
        if (const auto& [messages, notes] = now.by_hour.at(hour); messages + notes > 0)
            rows.push_back({(hour < 10 ? "0" : "") + std::to_string(hour) + ":00", grouped(messages), grouped(notes)});
    report.table("by_hour", {"hour", "#messages", "#notes"}, std::move(rows))
        .note(office.text(request.locale, "support.method"));
    return report.from(*walked).page();
}

}  // namespace

sdk::Result<void> register_support_page(const AnalyticsOffice& office) {
    return staff_page(office, path_of("support"), "What customers ask and staff note", &show_support);
}

}  // namespace whatsflow::analytics::pages
