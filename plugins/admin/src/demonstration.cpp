#include "demonstration.hpp"

namespace whatsflow::admin {

sdk::Result<std::string> Demonstration::load(const sdk::CallContext& context) {
    using std::chrono::days;
    using std::chrono::hours;
    const auto now = std::chrono::floor<std::chrono::hours>(clock_.now());
    const auto one = [&](const char* id, const char* title, const char* text, const char* severity, sdk::Instant from,
                         std::optional<sdk::Instant> until) {
        Announcement made;
        made.id = id;  // the same each time, so that loading twice does not double it
        made.title = title;
        made.text = text;
        made.severity = severity;
        made.starts_at = from;
        made.ends_at = until;
        made.created_by = "demo";
        return made;
    };
    const Announcement all[]{
        one("01900000-0000-7000-8000-00000000a001", "Planned maintenance on Sunday",
            "From **02:00 to 02:30 UTC** messages are accepted and sent afterwards.", "warning", now - hours(5),
            now + days(4)),
        one("01900000-0000-7000-8000-00000000a002", "Broadcasts now show who opened them",
            "See them in the reports of each broadcast.", "info", now + days(2), std::nullopt),
        one("01900000-0000-7000-8000-00000000a003", "Delayed deliveries in South Asia",
            "A carrier had an outage. All messages were delivered.", "critical", now - days(9), now - days(8)),
    };
    Announcements announcements(database_);
    for (const auto& each : all) {
        const auto known = announcements.find(context, each.id);
        if (!known) return known.error();
        if (*known) continue;
        if (auto added = announcements.add(database_, context, each, now); !added) return added.error();
    }
    return std::string("three announcements");
}

}  // namespace whatsflow::admin
