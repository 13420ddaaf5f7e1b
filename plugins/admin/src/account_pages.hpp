/// \file
/// `/account` and `/security`: a member of staff's own name, password, second factor, sessions.
#pragma once

#include "panel.hpp"

namespace whatsflow::admin {

sdk::Result<void> register_account_pages(Panel& panel);

}  // namespace whatsflow::admin
