/// \file
/// The time that a report is about, out of its address: `?from=2026-03-01&to=2026-03-31`.
#pragma once

#include "staff_office.hpp"

namespace whatsflow::billing::staff {

/// Half-open; the address and the page name the last day itself.
struct ReportTimes {
    LocalDate from, to;

    LocalDate last_day() const { return to.plus_days(-1); }
    std::string query() const { return "from=" + from.text() + "&to=" + last_day().text(); }
};

/// This month until today without a choice. Error `billing.bad_input` for more than ten years.
sdk::Result<ReportTimes> times_in(const StaffOffice& office, const sdk::Request& request);
/// The tabs of /reports, with the one at `path` marked.
nlohmann::json report_areas(const StaffOffice& office, const sdk::Request& request, std::string_view path);
/// The two fields above a list.
nlohmann::json date_fields(const StaffOffice& office, const sdk::Request& request, const ReportTimes& times);

}  // namespace whatsflow::billing::staff
