/// \file
/// How programs ask for flags, told to whoever makes a token: a line of curl, and clients that people already use.
#pragma once

#include <whatsflow/sdk/host.hpp>

namespace whatsflow::flags {

sdk::Result<void> contribute_token_uses(sdk::Host& host);

}  // namespace whatsflow::flags
