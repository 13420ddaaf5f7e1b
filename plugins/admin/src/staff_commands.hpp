/// \file
/// `staff create`, `staff reset` and `staff list`, for whoever has the machine but no login.
#pragma once

#include <whatsflow/sdk/host.hpp>

namespace whatsflow::admin {

sdk::Result<void> register_staff_commands(sdk::Host& host);

}  // namespace whatsflow::admin
