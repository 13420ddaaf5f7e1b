/// \file
/// `/logs`: the newest lines of the log, filtered, and live when wanted.
#pragma once

#include "panel.hpp"

namespace whatsflow::admin {

sdk::Result<void> register_log_pages(Panel& panel);

}  // namespace whatsflow::admin
