/// \file
/// /team: who works in this tenant, with which role. The last owner can neither leave, be
/// removed, nor become something less.
#pragma once

#include "office.hpp"

namespace whatsflow::accounts {

sdk::Result<void> register_team(Office& office);

}  // namespace whatsflow::accounts
