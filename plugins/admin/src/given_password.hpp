/// \file
/// Passwords: made for somebody, judged, turned into what is stored.
#pragma once

#include <whatsflow/sdk/host.hpp>
#include <whatsflow/sdk/secret.hpp>

#include <optional>
#include <string>
#include <vector>

namespace whatsflow::admin {

/// Four groups of five letters and digits: a hundred random bits that can be read aloud.
sdk::Result<sdk::Secret> make_password(sdk::Host& host);

sdk::Result<std::string> hash_password(sdk::Host& host, const sdk::Secret& password);

/// Why this password will not do: a key below `admin.password.`, or nothing.
sdk::Result<std::optional<std::string>> password_objection(sdk::Host& host, const sdk::Secret& password,
                                                           const std::vector<std::string>& personal);

}  // namespace whatsflow::admin
