/// \file
/// What the plugin runtime needs from the rest of the host, and how it is told to behave.
/// The boot folder fills these in; tests fill in fakes.
#pragma once

#include "events/bus.hpp"
#include "plugins/crash_marker.hpp"
#include "plugins/facilities.hpp"
#include "services/service_registry.hpp"

#include <whatsflow/sdk/database.hpp>
#include <whatsflow/sdk/http.hpp>
#include <whatsflow/sdk/https_client.hpp>
#include <whatsflow/sdk/logger.hpp>
#include <whatsflow/sdk/time.hpp>

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace whatsflow::plugins {

/// Everything referred to must outlive the runtime. [thread-safe, all of it]
struct Platform {
    std::function<sdk::Database&(const std::string& plugin)> database;
    sdk::HttpsClient& https;
    events::Bus& bus;
    services::ServiceRegistry& services;
    const sdk::Clock& clock;
    std::function<sdk::Logger&(const std::string& plugin)> logger;
    std::function<sdk::Result<std::string>(const sdk::View&, sdk::Site, const std::string& locale)> render;
    std::function<std::string(const std::string& locale, const std::string& key)> translate;
    std::function<std::string(sdk::Site)> site_url;
    /// The plugin's section, checked against its schema, with defaults and secrets filled in.
    std::function<sdk::Result<nlohmann::json>(const std::string& plugin, const nlohmann::json& schema)> config;
    /// Runs what is pending in the plugin's folder of migrations.
    std::function<sdk::Result<void>(const std::string& plugin, const std::filesystem::path& folder)> migrate;
    /// Takes the plugin's templates, texts and assets into the theme. An error (a template
    /// that does not compile) refuses the plugin. Absent: there are no pages.
    std::function<sdk::Result<void>(const std::string& plugin, const std::filesystem::path& folder)> views{};
    /// Made anew for each start of a plugin.
    std::function<Facilities(const std::string& plugin, GuardedCall)> facilities{};
    /// SHA-256 of a file in lower-case hex. Only asked when digests are required.
    std::function<sdk::Result<std::string>(const std::filesystem::path& file)> sha256_of_file;
    std::filesystem::path data_directory;
    /// Where plugins keep their own files; empty: below data_directory.
    std::filesystem::path plugin_files{};
};

struct Options {
    /// Where plugins are looked for; plugins directly below `bundled_directory` are ours.
    std::vector<std::filesystem::path> directories;
    std::filesystem::path bundled_directory;
    /// Ids to start. Absent: every bundled plugin that does not say "default_enabled": false.
    std::optional<std::vector<std::string>> enabled;
    /// Decided by staff since: on or off, whatever `enabled` says.
    std::map<std::string, bool> switched{};
    /// Ids without which the server must not start.
    std::set<std::string> required;
    /// Nothing but the core: every plugin is listed as disabled.
    bool safe_mode = false;
    /// With `lock_file`: start only libraries whose SHA-256 is written there.
    bool require_digest = false;
    std::filesystem::path lock_file;
    /// Which plugin was being started is noted in the data folder, for the next start after a crash.
    CrashMarkers::Notes crash_notes = CrashMarkers::Notes::kept;
    std::chrono::milliseconds start_timeout{30'000};
    std::chrono::milliseconds stop_timeout{5'000};
};

}  // namespace whatsflow::plugins
