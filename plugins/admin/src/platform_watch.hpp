/// \file
/// Tells super admins what went wrong behind the scenes: a job that failed, an event that could
/// not be delivered, a mail nobody took, a plugin out of service. Each is told once.
#pragma once

#include "panel.hpp"
#include "staff_notifier.hpp"

namespace whatsflow::admin {

inline constexpr const char* kWatchJob = "admin.watch";

sdk::Result<void> start_watch(Panel& panel, StaffNotifier& notifier);

}  // namespace whatsflow::admin
