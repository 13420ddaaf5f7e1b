/// \file
/// API tokens in the app: a section of the developers' page, and the routes behind it.
#pragma once

#include "office.hpp"

namespace whatsflow::accounts {

sdk::Result<void> register_token_pages(Office& office);

/// The slot on the app's /developers page: {title}, drawn per request.
inline constexpr const char* kDeveloperSection = "whatsflow.slot.developer_section/1";

}  // namespace whatsflow::accounts
