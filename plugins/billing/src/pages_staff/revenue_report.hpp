/// \file
/// What the revenue page and its printed form both show, ready to read.
#pragma once

#include "../metrics/revenue_metrics.hpp"
#include "report_times.hpp"

namespace whatsflow::billing::staff {

/// One number with its name and where it comes from.
struct ReportedNumber {
    std::string label;
    std::string value;  ///< `–` where it is undefined
    std::string note;
    std::string path;  ///< to what it is made of; empty: to nothing of its own
};

struct MonthlyMrr {
    LocalDate month;  ///< its first day
    Fraction at_end;
};

/// All of one currency.
struct CurrencyReport {
    std::string currency;
    std::vector<ReportedNumber> numbers;
    std::vector<ReportedNumber> movements;
    std::vector<MonthlyMrr> months;  ///< the last twelve, oldest first
};

struct RevenueReport {
    ReportTimes times;
    std::vector<CurrencyReport> currencies;
    ReportedNumber trials;
};

sdk::Result<RevenueReport> revenue_report(const StaffOffice& office, const sdk::Request& request,
                                          const ReportTimes& times);

}  // namespace whatsflow::billing::staff
