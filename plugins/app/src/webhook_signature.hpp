/// \file
/// Signatures of outgoing webhooks, as the Standard Webhooks specification has them: HMAC-SHA-256
/// over `id.timestamp.body`, in base64, with the version before it.
///
///     webhook_signature(secret, "msg_1", 1773129600, body)   // "v1,K5oZ…="
#pragma once

#include <whatsflow/sdk/secret.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace whatsflow::app {

/// `whsec_` and 32 random bytes in base64: what the tenant copies into the receiver.
sdk::Secret make_webhook_secret();

/// Throws std::logic_error for a secret that make_webhook_secret() did not make.
std::string webhook_signature(const sdk::Secret& secret, std::string_view message_id, std::int64_t timestamp,
                              std::string_view body);

}  // namespace whatsflow::app
