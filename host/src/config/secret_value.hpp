/// \file
/// Secrets that are not written in the configuration but named there:
/// `{ env = "STRIPE_KEY" }` or `{ file = "/run/secrets/stripe" }`.
#pragma once

#include "config/configuration.hpp"

namespace whatsflow::config {

/// True for a table with exactly `env` or `file`.
bool names_a_secret(const nlohmann::json& value);

/// The text it names. A file loses its last line break; one that everybody on the machine
/// may read is refused. Error `config.secret` with the remedy, never with the secret.
sdk::Result<std::string> read_secret(const nlohmann::json& reference, const Environment& environment);

/// `mysql://user:password@host` → `mysql://user:***@host`; other texts stay as they are.
std::string without_url_password(const std::string& url);

/// What `config show` prints in place of a secret.
inline constexpr std::string_view masked = "***";

}  // namespace whatsflow::config
