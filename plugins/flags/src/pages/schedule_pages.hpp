/// \file
/// /flags/{key}/schedule: what shall happen to a flag later, and roll-outs step by step.
#pragma once

#include "flag_office.hpp"

namespace whatsflow::flags::pages {

sdk::Result<void> register_schedule_pages(const FlagOffice& office);

/// `10 %`, `Turn on`.
std::string in_words(const FlagOffice& office, const std::string& locale, const Step& step);
/// What a roll-out is watched for; false: nobody watches.
nlohmann::json in_words(const FlagOffice& office, const std::string& locale, const Guard& guard);
/// How it ended and why; false: nothing is to be said.
nlohmann::json outcome_in_words(const FlagOffice& office, const std::string& locale, const ScheduledChange& change);

}  // namespace whatsflow::flags::pages
