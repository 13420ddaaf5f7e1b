/// \file
/// Another e-mail address: it counts when both the old and the new one have confirmed.
#pragma once

#include "office.hpp"

namespace whatsflow::accounts {

sdk::Result<void> register_email_change(Office& office);

}  // namespace whatsflow::accounts
