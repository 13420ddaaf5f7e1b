/// \file
/// OpenFeature's remote evaluation (OFREP): one flag, or all flags for one context.
#pragma once

#include "board.hpp"
#include "change_notices.hpp"
#include "exposures.hpp"

namespace whatsflow::flags {

sdk::Result<void> register_ofrep(sdk::Host& host, const Board& board, Exposures& exposures,
                                 const ChangeNotices& notices);

}  // namespace whatsflow::flags
