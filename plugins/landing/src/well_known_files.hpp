/// \file
/// The few files that browsers and search engines expect at the root of a site: icons, the
/// web manifest, the picture for shared links.
#pragma once

#include <whatsflow/sdk/host.hpp>

namespace whatsflow::landing {

/// Reads them from the plugin's `assets/public` folder, once, and registers their routes.
sdk::Result<void> register_well_known_files(sdk::Host& host);

}  // namespace whatsflow::landing
