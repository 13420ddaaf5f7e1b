/// \file
/// Tenants for whom a flag is on or off whatever its rules say, from the flag's page and the tenant's.
#pragma once

#include "flag_office.hpp"

namespace whatsflow::flags::pages {

sdk::Result<void> register_override_pages(const FlagOffice& office);

}  // namespace whatsflow::flags::pages
