#include "ndjson.hpp"

namespace httpsink {

std::string to_ndjson(std::span<const sdk::AnalyticsEvent> events) {
    std::string lines;
    for (const auto& event : events) {
        nlohmann::json line{{"id", event.id},
                            {"event", event.name},
                            {"occurred_at", sdk::to_rfc3339(event.occurred_at)},
                            {"received_at", sdk::to_rfc3339(event.received_at)},
                            {"site", event.site},
                            {"visitor", event.visitor_id},
                            {"url", event.url},
                            {"properties", event.properties}};
        if (!event.tenant.empty()) line["tenant"] = event.tenant.text();
        if (!event.user_id.empty()) line["user"] = event.user_id;
        if (!event.session_id.empty()) line["session"] = event.session_id;
        if (!event.referrer.empty()) line["referrer"] = event.referrer;
        if (!event.country.empty()) line["country"] = event.country;
        if (event.revenue) line["revenue"] = {{"amount", event.revenue->minor}, {"currency", event.revenue->currency}};
        lines += line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
        lines += '\n';
    }
    return lines;
}

}  // namespace httpsink
