/// \file
/// `/login`, its second steps, and `/logout`.
#pragma once

#include "panel.hpp"

namespace whatsflow::admin {

sdk::Result<void> register_sign_in_pages(Panel& panel);

}  // namespace whatsflow::admin
