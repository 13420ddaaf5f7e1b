/// \file
/// What is used: the pages that are seen and the actions that are taken, most frequent first.
#pragma once

#include "report.hpp"

namespace whatsflow::analytics::pages {

sdk::Result<void> add_used(Report& report, const AnalyticsOffice& office, const sdk::Request& request,
                           const Scope& scope, std::size_t most);

}  // namespace whatsflow::analytics::pages
