/// \file
/// `/flags/?v=2`: feature flags as PostHog's clients ask for them, answered by whoever provides flags.
#pragma once

#include "capture_api.hpp"

namespace whatsflow::analytics {

sdk::Result<void> register_flags(const CaptureDesk& desk);

}  // namespace whatsflow::analytics
