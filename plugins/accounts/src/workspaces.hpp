/// \file
/// The tenants somebody belongs to, and going from one to another.
#pragma once

#include "office.hpp"

namespace whatsflow::accounts {

/// GET /workspaces, POST /switch.
sdk::Result<void> register_workspaces(Office& office);

}  // namespace whatsflow::accounts
