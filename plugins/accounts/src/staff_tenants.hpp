/// \file
/// /tenants in the admin panel: all of them, searched, filtered, suspended in bulk after a look
/// at what would happen.
#pragma once

#include "office.hpp"

namespace whatsflow::accounts {

sdk::Result<void> register_staff_tenants(Office& office);

}  // namespace whatsflow::accounts
