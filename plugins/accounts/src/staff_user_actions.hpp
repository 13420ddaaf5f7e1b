/// \file
/// What staff do about a user: suspend, help back in, end sessions, delete with time to regret.
#pragma once

#include "people.hpp"
#include "suspension.hpp"

namespace whatsflow::accounts {

/// Whether the change means something for a user in this state.
bool applies(SuspensionChange change, const Person& person);

/// With its audit entry; whoever is suspended is signed out everywhere. False: the user was not in
/// the state for it.
sdk::Result<bool> change_user_suspension(Office& office, const sdk::Request& request, const std::string& user_id,
                                         SuspensionChange change, const std::string& reason);

sdk::Result<void> register_staff_user_actions(Office& office);

}  // namespace whatsflow::accounts
