/// \file
/// /tokens: tokens of the platform itself, for its own programs: flags, analytics, billing.
#pragma once

#include "office.hpp"

namespace whatsflow::accounts {

sdk::Result<void> register_staff_tokens(Office& office);

}  // namespace whatsflow::accounts
