/// \file
/// From where somebody signs in: a browser they have not used before, or another network, is told
/// to them in the app and, as they wish, by mail.
///
/// Only a digest of both is kept. The first place of all is no news.
#pragma once

#include "office.hpp"
#include "people.hpp"

#include <string>
#include <string_view>

namespace whatsflow::accounts {

/// The subscriber behind an address: addresses that change within one network are one place.
std::string network_of(std::string_view address);

/// Remembers the place; a new one leads to a job that tells the person. For somebody who has just
/// been let in completely. Whatever goes wrong keeps nobody out.
void note_place(const Office& office, const sdk::Request& request, const Person& person, const sdk::TenantId& tenant);

/// The job. [in start() only]
sdk::Result<void> register_sign_in_places(Office& office);

}  // namespace whatsflow::accounts
