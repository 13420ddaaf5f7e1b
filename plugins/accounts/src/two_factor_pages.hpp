/// \file
/// Switching two-factor sign-in on (picture, code, recovery codes shown once) and off.
#pragma once

#include "office.hpp"

namespace whatsflow::accounts {

sdk::Result<void> register_two_factor(Office& office);

}  // namespace whatsflow::accounts
