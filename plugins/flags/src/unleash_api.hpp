/// \file
/// What Unleash's clients ask: definitions for servers, answers for browsers.
#pragma once

#include "board.hpp"

namespace whatsflow::flags {

sdk::Result<void> register_unleash(sdk::Host& host, const Board& board);

}  // namespace whatsflow::flags
