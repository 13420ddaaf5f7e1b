/// \file
/// /flags/segments: conditions under one name, shared by the flags of an environment.
#pragma once

#include "flag_office.hpp"

namespace whatsflow::flags::pages {

sdk::Result<void> register_segment_pages(const FlagOffice& office);

}  // namespace whatsflow::flags::pages
