/// \file
/// `billing simulate FILE`: replays a story and prints what happened.
#pragma once

#include <whatsflow/sdk/command.hpp>

namespace whatsflow::billing::scenario {

sdk::Command simulate_command();

}  // namespace whatsflow::billing::scenario
