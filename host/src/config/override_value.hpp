/// \file
/// Values that come as text from the environment, read by the type of their key: text as it
/// stands (`1212345` stays text), numbers, `true`/`false`, lists and tables as JSON.
#pragma once

#include "config/core_keys.hpp"

#include <nlohmann/json.hpp>

#include <optional>
#include <string>

namespace whatsflow::config {

/// `sites.landing.port` → `SITES__LANDING__PORT`; a dash becomes an underscore.
std::string override_name(std::string_view dotted);

/// A plugin's id or one of its keys, as one step of an override: `com.acme.pay` → `COM_ACME_PAY`.
std::string override_step(std::string_view name);

/// Nothing when the text is not of the key's type.
std::optional<nlohmann::json> read_override(const CoreKey& key, const std::string& text);

/// The same for a key described by a JSON Schema.
std::optional<nlohmann::json> read_override(const nlohmann::json& schema, const std::string& text);

}  // namespace whatsflow::config
