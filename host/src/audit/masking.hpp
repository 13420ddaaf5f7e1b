/// \file
/// Takes secrets out of what the audit log keeps, by the names of their keys.
///
///     masked({{"api_key", "sk_1"}, {"name", "Acme"}})    // {"api_key": "***", "name": "Acme"}
///     masked({{"api_key", nullptr}})                     // unchanged: there is nothing to hide
#pragma once

#include <nlohmann/json.hpp>

#include <string_view>

namespace whatsflow::audit {

/// `password`, `apiKey`, `totp_secret`, `webhook-token`; not `monkey` or `tokens_used`.
[[nodiscard]] bool names_a_secret(std::string_view key);
[[nodiscard]] nlohmann::json masked(nlohmann::json value);

}  // namespace whatsflow::audit
