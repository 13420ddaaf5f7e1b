/// \file
/// The forms for one rule and for the variants of a flag.
#pragma once

#include "flag_office.hpp"

namespace whatsflow::flags::pages {

sdk::Result<void> register_rule_pages(const FlagOffice& office);

}  // namespace whatsflow::flags::pages
