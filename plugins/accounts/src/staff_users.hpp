/// \file
/// /users in the admin panel: everybody, searched, filtered, ordered, exported.
#pragma once

#include "office.hpp"

namespace whatsflow::accounts {

sdk::Result<void> register_staff_users(Office& office);

}  // namespace whatsflow::accounts
