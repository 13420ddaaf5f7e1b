/// \file
/// The panel's own entries in the navigation: `main`, `people`, `money`, `platform`.
#pragma once

#include <whatsflow/sdk/host.hpp>

namespace whatsflow::admin {

sdk::Result<void> add_navigation(sdk::Host& host);

}  // namespace whatsflow::admin
