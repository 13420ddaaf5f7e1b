/// \file
/// How programs send events and ask for numbers, told to whoever makes a token: a line of curl, and clients that people
/// already use.
#pragma once

#include <whatsflow/sdk/host.hpp>

namespace whatsflow::analytics {

sdk::Result<void> contribute_token_uses(sdk::Host& host);

}  // namespace whatsflow::analytics
