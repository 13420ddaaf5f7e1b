/// \file
/// /flags: all of them, a new one, import and export.
#pragma once

#include "flag_office.hpp"

namespace whatsflow::flags::pages {

sdk::Result<void> register_list_pages(const FlagOffice& office);

}  // namespace whatsflow::flags::pages
