/// \file
/// OpenFeature's remote evaluation (OFREP): one flag, or all flags for one context.
#pragma once

#include "board.hpp"

namespace whatsflow::flags {

sdk::Result<void> register_ofrep(sdk::Host& host, const Board& board);

}  // namespace whatsflow::flags
