/// \file
/// What can be judged without loading the plugin: manifest, config schema, migrations.
#pragma once

#include "report.hpp"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace whatsflow::conformance {

struct PluginFolder {
    std::filesystem::path path;
    nlohmann::json manifest = nlohmann::json::object();
    nlohmann::json schema = nlohmann::json::object();  ///< empty when the plugin has no settings

    std::string text(const char* key) const;
    std::string id() const { return text("id"); }
    std::filesystem::path library() const { return path / text("library"); }
};

/// Reads and checks the folder. The result is usable as far as its parts could be read.
PluginFolder check_folder(const std::filesystem::path& path, Report& report);

void check_manifest(const PluginFolder& folder, Report& report);
void check_config_schema(const PluginFolder& folder, Report& report);
void check_migrations(const std::filesystem::path& folder, Report& report);

/// Settings to start the plugin with: the scenario's, then the schema's defaults, then made
/// up ones. Secrets that nobody gave get a canary value, which must never reach a log.
nlohmann::json make_settings(const nlohmann::json& schema, const nlohmann::json& given);

/// The values of the settings marked `"secret": true`.
std::vector<std::string> secrets_of(const nlohmann::json& schema, const nlohmann::json& settings);

/// How made-up secrets begin.
inline constexpr std::string_view kCanary = "canary-secret-";

}  // namespace whatsflow::conformance
