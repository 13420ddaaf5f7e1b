/// \file
/// The effective configuration for people's eyes: secrets masked, each key with where its
/// value comes from.
#pragma once

#include "config/configuration.hpp"

namespace whatsflow::config {

/// `{"keys":[{"key","value","source"}],"plugins":{…}}`. What a plugin's schema says about
/// secrets is not known here: every text of the plugins' sections is masked whose name
/// sounds secret; pass values checked by `plugin_section` through `mask_secrets` instead.
nlohmann::json show(const Configuration& configuration);

/// The same as TOML, one key a line, with the source as a comment.
std::string show_toml(const Configuration& configuration);

/// `values` with every key masked that the schema marks with `"secret": true`.
nlohmann::json mask_secrets(const nlohmann::json& schema, nlohmann::json values);

/// `config/whatsflow.toml`: every key as a comment with its description and default.
std::string documented_defaults();

}  // namespace whatsflow::config
