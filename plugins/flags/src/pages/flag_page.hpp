/// \file
/// /flags/{key}: its switch in every environment, its rules and variants, its details, its end.
#pragma once

#include "flag_office.hpp"

namespace whatsflow::flags::pages {

sdk::Result<void> register_flag_page(const FlagOffice& office);

}  // namespace whatsflow::flags::pages
