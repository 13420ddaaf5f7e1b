/// \file
/// /account: name, phone, language, time zone, the tenants somebody belongs to, their data.
#pragma once

#include "office.hpp"

namespace whatsflow::accounts {

sdk::Result<void> register_profile(Office& office);

}  // namespace whatsflow::accounts
