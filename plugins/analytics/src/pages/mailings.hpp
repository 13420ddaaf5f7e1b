/// \file
/// A page of analytics that comes by mail as a PDF: every day, week or four weeks.
#pragma once

#include "office.hpp"

namespace whatsflow::analytics::pages {

struct Mailing {
    std::string id;
    std::string tab;
    std::int64_t days = 7;  ///< how often, and how much each shows
    std::string address;
    std::string locale = "en";
    std::int64_t next_at = 0;
};

inline constexpr const char* kMailedTabs[] = {"overview", "web", "growth", "revenue", "features"};
inline constexpr std::size_t kMostMailings = 100;

/// By their address.
sdk::Result<std::vector<Mailing>> mailings_of(sdk::SqlExecutor& where, const sdk::CallContext& context);
sdk::Result<void> add_mailing(sdk::SqlExecutor& where, const sdk::CallContext& context, const Mailing& mailing,
                              sdk::Instant now, const TimeZone& zone);
/// Six hours after midnight in the platform's zone, of the next day that is due.
std::int64_t next_mailing(std::int64_t days, std::int64_t now, const TimeZone& zone);

/// [job-thread] Sends what is due; each period once, whatever happens in between.
sdk::Result<void> send_mailings(const AnalyticsOffice& office, const sdk::CallContext& context);
/// The job that does it.
sdk::Result<void> register_mailings(const AnalyticsOffice& office);

}  // namespace whatsflow::analytics::pages
