/// \file
/// `/backups`: copies of database and files: made, checked, taken home.
#pragma once

#include "panel.hpp"

namespace whatsflow::admin {

sdk::Result<void> register_backup_pages(Panel& panel);

}  // namespace whatsflow::admin
