/// \file
/// `/jobs`: work that waits, runs, failed or is done, and the schedules that make it.
#pragma once

#include "panel.hpp"

namespace whatsflow::admin {

sdk::Result<void> register_job_pages(Panel& panel);

}  // namespace whatsflow::admin
