/// \file
/// /users/{id} in the admin panel: one person, and what can be done about them.
#pragma once

#include "office.hpp"

namespace whatsflow::accounts {

sdk::Result<void> register_staff_user_page(Office& office);

}  // namespace whatsflow::accounts
