/// \file
/// Staff who act as a member of a tenant: with a reason, for half an hour, visibly, and
/// without touching anybody's security or ways to pay.
#pragma once

#include "office.hpp"

#include <whatsflow/sdk/sessions.hpp>

namespace whatsflow::accounts {

inline constexpr auto kImpersonationLife = std::chrono::minutes{30};

/// A session that staff started and whose time is up.
bool impersonation_is_over(const sdk::Session& session, sdk::Instant now);

/// The admin's form, the way in on the app's side, the banner and the way out.
sdk::Result<void> register_impersonation(Office& office);

}  // namespace whatsflow::accounts
