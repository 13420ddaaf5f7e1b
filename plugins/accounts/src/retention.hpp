/// \file
/// What is not needed any more goes by itself, once a day.
#pragma once

#include "office.hpp"

namespace whatsflow::accounts {

sdk::Result<void> register_retention(Office& office);

}  // namespace whatsflow::accounts
