/// \file
/// Looking at a flag: why it is on for somebody, what it was before, who asks for it.
#pragma once

#include "flag_office.hpp"

namespace whatsflow::flags::pages {

sdk::Result<void> register_insight_pages(const FlagOffice& office);

}  // namespace whatsflow::flags::pages
