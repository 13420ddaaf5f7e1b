/// \file
/// Is this an address a webhook may go to? Whether its name leads outside is judged again, by
/// the host, each time something is sent.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace whatsflow::app {

/// The reason why not, as a key below `app.webhooks.address.`; nothing when it may.
std::optional<std::string> objection_to_address(std::string_view url, bool private_addresses);

}  // namespace whatsflow::app
