/// \file
/// "Sign in with …": to the provider and back. An account is linked by an address that both the
/// provider and we have verified; a stranger is led to sign up.
#pragma once

#include "office.hpp"

namespace whatsflow::accounts {

/// GET /login/with/{provider} and its /callback, when providers are configured.
sdk::Result<void> register_openid(Office& office);

}  // namespace whatsflow::accounts
