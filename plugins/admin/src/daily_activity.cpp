#include "daily_activity.hpp"

#include "moment.hpp"

#include <whatsflow/sdk/operations.hpp>

#include <map>

namespace whatsflow::admin {
namespace {

using nlohmann::json;

constexpr int kDays = 14;
constexpr int kMostPages = 10;  // of 500: a busier fortnight is drawn as far as that reaches

std::string day_of(sdk::Instant at) {
    return sdk::to_rfc3339(at).substr(0, 10);
}

}  // namespace

json DailyActivity::chart(const sdk::Request& request, const Words& words) {
    const auto now = panel_.host.clock().now();
    json points;
    {
        const std::lock_guard lock(mutex_);
        if (!counted_at_ || now - *counted_at_ > std::chrono::minutes(1)) {
            points_ = count(request.context, now);
            counted_at_ = now;
        }
        points = points_;
    }
    if (points.empty()) return nullptr;
    return {{"title", words("dashboard.chart")},
            {"period", words("dashboard.chart_period")},
            {"day_label", words("dashboard.chart_day")},
            {"value_label", words("dashboard.chart_value")},
            {"series", nullptr},
            {"points", std::move(points)}};
}

json DailyActivity::count(const sdk::CallContext& context, sdk::Instant now) {
    std::map<std::string, std::int64_t> by_day;
    for (int back = 0; back < kDays; ++back) by_day[day_of(now - std::chrono::days(back))] = 0;
    sdk::AuditTrail::Filter filter;
    filter.from = now - std::chrono::days(kDays);
    sdk::ListWindow window{{}, 500};
    const auto trail = sdk::find_service<sdk::AuditTrail>(panel_.host);
    bool any = false;
    for (int page_number = 0; page_number < kMostPages; ++page_number) {
        const auto page =
            trail.call(&sdk::AuditTrail::entries, sdk::across_tenants(context, "admin.dashboard"), filter, window);
        if (!page) break;
        for (const auto& row : page->rows)
            if (const auto at = instant_of(row.value("at", json(nullptr))))
                if (const auto day = by_day.find(day_of(*at)); day != by_day.end()) {
                    ++day->second;
                    any = true;
                }
        if (page->next.empty()) break;
        window.after = page->next;
    }
    auto points = json::array();
    if (any)
        for (const auto& [day, value] : by_day) points.push_back({{"day", day}, {"value", value}, {"values", nullptr}});
    return points;
}

}  // namespace whatsflow::admin
