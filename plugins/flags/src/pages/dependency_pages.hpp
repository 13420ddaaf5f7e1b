/// \file
/// What a flag depends on: `/flags/{key}/dependencies/…`, one page to choose the parent, one for how it has to be.
#pragma once

#include "flag_office.hpp"

namespace whatsflow::flags::pages {

sdk::Result<void> register_dependency_pages(const FlagOffice& office);

/// For the flag's own page: what it needs, with the ways to change that, and who needs it.
nlohmann::json dependency_model(const FlagOffice& office, const sdk::Request& request, const Place& place);

}  // namespace whatsflow::flags::pages
