/// \file
/// Users and tenants in the search box of the admin panel.
#pragma once

#include "office.hpp"

namespace whatsflow::accounts {

sdk::Result<void> register_staff_search(Office& office);

}  // namespace whatsflow::accounts
