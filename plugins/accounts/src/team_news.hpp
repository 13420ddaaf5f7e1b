/// \file
/// Who joined, who left, who got another role: told to whom it concerns, in the app.
#pragma once

#include "office.hpp"

namespace whatsflow::accounts {

/// Hears of the recorded events of the team. [in start() only]
sdk::Result<void> register_team_news(Office& office);

}  // namespace whatsflow::accounts
