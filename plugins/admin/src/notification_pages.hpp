/// \file
/// `/notifications`: what a member of staff was told.
#pragma once

#include "panel.hpp"

namespace whatsflow::admin {

sdk::Result<void> register_notification_pages(Panel& panel);

}  // namespace whatsflow::admin
