/// \file
/// The first super admin of an installation whose staff table is empty.
///
/// The host asks for it once, when the server starts, and shows it beside the addresses; so no
/// other command that merely loads the plugin can use the one chance to see the password up.
/// E-mail address and password come from WHATSFLOW_ADMIN_EMAIL and WHATSFLOW_ADMIN_PASSWORD,
/// else the password is made up.
#pragma once

#include "panel.hpp"

namespace whatsflow::admin {

sdk::Result<void> offer_first_login(Panel& panel);

}  // namespace whatsflow::admin
