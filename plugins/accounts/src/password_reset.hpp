/// \file
/// A new password for somebody who forgot theirs: by a link to their address, for one hour,
/// once. Asking tells nothing about who has an account: a job does the looking up.
#pragma once

#include "office.hpp"

namespace whatsflow::accounts {

/// /forgot and /reset.
sdk::Result<void> register_password_reset(Office& office);

/// What /forgot does when the address is known; staff may start it too.
sdk::Result<void> request_password_reset(const Office& office, sdk::SqlExecutor& where, const sdk::CallContext& context,
                                         const std::string& email);

}  // namespace whatsflow::accounts
