/// \file
/// `tokens create|list|revoke` and `tenants create|list`.
#pragma once

#include "office.hpp"

namespace whatsflow::accounts {

sdk::Result<void> register_commands(Office& office);

}  // namespace whatsflow::accounts
