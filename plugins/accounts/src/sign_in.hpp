/// \file
/// Signing in with a password and, for those who have one, a second factor; signing out.
///
/// A wrong address and a wrong password are one answer that takes one time. Guessing is
/// braked by account and by address, before the password is looked at.
#pragma once

#include "office.hpp"

namespace whatsflow::accounts {

/// /login, /login/second-factor, /logout.
sdk::Result<void> register_sign_in(Office& office);

}  // namespace whatsflow::accounts
