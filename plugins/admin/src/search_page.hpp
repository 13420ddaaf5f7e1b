/// \file
/// `/search`: pages of the panel and what other plugins find, as JSON for the command palette and
/// as a page for everybody else.
#pragma once

#include "panel.hpp"

namespace whatsflow::admin {

sdk::Result<void> register_search(Panel& panel);

}  // namespace whatsflow::admin
