/// \file
/// Puts together the effective value of every core key, from the file, the environment and
/// the defaults, and finds everything that is wrong with them.
#pragma once

#include "config/configuration.hpp"
#include "config/problems.hpp"
#include "config/toml_document.hpp"

namespace whatsflow::config {

struct EffectiveKeys {
    nlohmann::json values = nlohmann::json::object();  ///< dotted key → value; no entry: not set
    std::map<std::string, Source> sources;
    RawPluginSettings plugins;
};

EffectiveKeys read_keys(const TomlDocument& document, const LoadRequest& request, Problems& problems);

}  // namespace whatsflow::config
