/// \file
/// What pages about the platform's tenants share: their events, their segment, tables by frequency.
#pragma once

#include "report.hpp"
#include "sign_up_segment.hpp"

namespace whatsflow::analytics::pages {

using Counted = std::map<std::string, std::int64_t>;

/// The most frequent first, at most fifty; `nothing` stands for an empty value.
std::vector<std::vector<std::string>> by_frequency(const Counted& counted, const std::string& nothing);

/// Events of the house, of whatever site; who is meant is found by sign-ups.
Scope of_the_house(Scope scope);

/// Says what the segment means here, or why nobody fulfils it.
void tell_segment(Report& report, const AnalyticsOffice& office, const sdk::Request& request,
                  const SignUpSegment& segment);

}  // namespace whatsflow::analytics::pages
