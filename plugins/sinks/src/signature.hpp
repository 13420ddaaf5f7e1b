/// \file
/// Signatures of Standard Webhooks: `v1,` and the base64 of HMAC-SHA256.
#pragma once

#include <string>
#include <string_view>

namespace whatsflow::sinks {

/// `secret` is `whsec_` and base64, or any other text as it stands.
std::string webhook_signature(std::string_view secret, std::string_view content);
std::string base64(std::string_view bytes);

}  // namespace whatsflow::sinks
