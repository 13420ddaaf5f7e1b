/// \file
/// /flags/requests: changes that wait for a second person.
#pragma once

#include "flag_office.hpp"

namespace whatsflow::flags::pages {

sdk::Result<void> register_request_pages(const FlagOffice& office);

}  // namespace whatsflow::flags::pages
