#include "report_times.hpp"

namespace whatsflow::billing::staff {

sdk::Result<ReportTimes> times_in(const StaffOffice& office, const sdk::Request& request) {
    const auto today = local_date(office.host.clock().now(), "UTC");
    ReportTimes times;
    times.from = read_date(request.query.get("from")).value_or(LocalDate::of(today.year(), today.month(), 1));
    times.to = read_date(request.query.get("to")).value_or(std::max(today, times.from)).plus_days(1);
    if (times.to <= times.from || days_between(times.from, times.to) > 3'660)
        return sdk::fail("billing.bad_input", "Ask for one day at least and ten years at most.");
    return times;
}

nlohmann::json report_areas(const StaffOffice& office, const sdk::Request& request, std::string_view path) {
    auto tabs = nlohmann::json::array();
    for (const auto& [key, tab_path] :
         {std::pair{"reports", "/reports"}, {"days", "/reports/days"}, {"ledger", "/reports/ledger"}})
        tabs.push_back({{"label", office.text(request.locale, std::string(key) + "_tab")},
                        {"tab_path", tab_path},
                        {"is_current", path == tab_path},
                        {"count", false}});
    return {{"tabs_label", office.text(request.locale, "reports_title")}, {"tabs", std::move(tabs)}};
}

nlohmann::json date_fields(const StaffOffice& office, const sdk::Request& request, const ReportTimes& times) {
    const auto label = [&](const char* name) { return office.text(request.locale, "columns." + std::string(name)); };
    return {{{"id", "from"}, {"label", label("from")}, {"value", times.from.text()}},
            {{"id", "to"}, {"label", label("to")}, {"value", times.last_day().text()}}};
}

}  // namespace whatsflow::billing::staff
