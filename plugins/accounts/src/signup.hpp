/// \file
/// Signing up: a person, their tenant, and a mail that proves the address.
///
/// Whoever asks learns nothing about who has an account: a known address gets the same page
/// and the same work, and its owner a mail instead.
#pragma once

#include "office.hpp"

#include <whatsflow/sdk/registration.hpp>

namespace whatsflow::accounts {

/// GET and POST /signup, GET /verify, POST /verify.
sdk::Result<void> register_signup(Office& office);

/// Plan, interval and campaign, as the landing site passed them on.
nlohmann::json signup_facts_of(const sdk::Fields& from);

}  // namespace whatsflow::accounts
