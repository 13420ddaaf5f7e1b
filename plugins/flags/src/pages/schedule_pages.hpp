/// \file
/// /flags/{key}/schedule: what shall happen to a flag later, and roll-outs step by step.
#pragma once

#include "flag_office.hpp"

namespace whatsflow::flags::pages {

sdk::Result<void> register_schedule_pages(const FlagOffice& office);

}  // namespace whatsflow::flags::pages
