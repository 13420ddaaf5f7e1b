/// \file
/// All pages of flags in the admin panel, and who may see and do what there.
#pragma once

#include "flag_office.hpp"

namespace whatsflow::flags::pages {

/// [in start() only] `office` lives as long as the plugin runs.
sdk::Result<void> register_staff_pages(const FlagOffice& office);

}  // namespace whatsflow::flags::pages
