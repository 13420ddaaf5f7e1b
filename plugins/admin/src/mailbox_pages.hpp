/// \file
/// `/mailbox`: mail that was sent, waits or failed, and what it says.
#pragma once

#include "panel.hpp"

namespace whatsflow::admin {

sdk::Result<void> register_mailbox_pages(Panel& panel);

}  // namespace whatsflow::admin
