/// \file
/// The line above every page of a workspace that is suspended or closed: without it people only
/// see that pages are missing.
#pragma once

#include "office.hpp"

namespace whatsflow::accounts {

/// [in start() only]
sdk::Result<void> register_standing_banner(Office& office);

}  // namespace whatsflow::accounts
