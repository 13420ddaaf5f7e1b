/// \file
/// How long to wait before the next attempt: longer each time, and never for two failures in
/// the same step, so that what failed together does not come back together.
#pragma once

#include <whatsflow/sdk/time.hpp>

namespace whatsflow::background {

struct BackOff {
    sdk::Milliseconds first{2'000};  ///< after the first failure
    int factor = 3;
    sdk::Milliseconds longest{3'600'000};
};

/// The pause after `attempts` failures, between 75 and 125 per cent of the plan.
sdk::Milliseconds pause_after(int attempts, const BackOff& plan);

}  // namespace whatsflow::background
