/// \file
/// What staff do about a user: suspend, help back in, end sessions, delete with time to regret.
#pragma once

#include "office.hpp"

namespace whatsflow::accounts {

sdk::Result<void> register_staff_user_actions(Office& office);

}  // namespace whatsflow::accounts
