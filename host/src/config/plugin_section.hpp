/// \file
/// The settings of one plugin: what the file and the environment say, checked against the
/// plugin's schema, with defaults filled in and secrets fetched.
#pragma once

#include "config/configuration.hpp"

namespace whatsflow::config {

/// Error `config.invalid` with one problem on each line, naming file, line, key and remedy.
/// Works for a plugin without a section: then there are only defaults and overrides.
sdk::Result<nlohmann::json> plugin_section(const Configuration& configuration, const std::string& id,
                                           const nlohmann::json& schema);

/// What the file says of one plugin, as it is written there; an empty table when it says nothing.
nlohmann::json written_section(const Configuration& configuration, const std::string& id);

/// Sections and overrides of plugins that are found nowhere, one line each: a mistyped id
/// would otherwise go unnoticed.
std::vector<std::string> unknown_plugin_sections(const Configuration& configuration,
                                                 const std::vector<std::string>& known_ids);

}  // namespace whatsflow::config
