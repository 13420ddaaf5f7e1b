/// \file
/// Everything but the sockets: logs, database, services, events, views and plugins, put
/// together in the one order that works and taken apart in the reverse.
///
/// The server runs on a Core; commands that need the plugins make one of their own.
///
///     auto core = Core::assemble(configuration, {.installation = Installation::find(), .data = "var"});
///     if (!core) return core.error();
///     (*core)->start_plugins();
#pragma once

#include "boot/facilities.hpp"
#include "boot/installation.hpp"
#include "boot/plugin_choices.hpp"
#include "boot/plugin_theming.hpp"
#include "config/configuration.hpp"
#include "data/database_server.hpp"
#include "data/migration_files.hpp"
#include "events/bus.hpp"
#include "logging/logging.hpp"
#include "metrics/registry.hpp"
#include "net/client.hpp"
#include "plugins/runtime.hpp"
#include "services/service_registry.hpp"
#include "time/system_clock.hpp"
#include "views/theme_renderer.hpp"

#include <whatsflow/sdk/result.hpp>

#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace whatsflow::boot {

/// What a Core is made for.
enum class Purpose {
    serve,    ///< the server: everything
    command,  ///< one command on the real data: quiet, no theme watcher
    inspect,  ///< a look at routes or events: data in memory, nothing on disk changes
};

struct CoreOptions {
    Installation installation;
    std::filesystem::path data;
    Purpose purpose = Purpose::serve;
    bool safe_mode = false;
};

/// The schema of a plugin's settings; nothing when it has none that can be read.
std::optional<nlohmann::json> settings_schema_of(const std::filesystem::path& plugin_folder);

class Core {
public:
    /// Errors are one sentence each: a theme that does not load, a database that cannot be
    /// opened, a migration that was changed.
    static sdk::Result<std::unique_ptr<Core>> assemble(config::Configuration configuration, CoreOptions options);
    ~Core();

    /// Applies the core's migrations, or refuses when they are pending and the operator applies
    /// them by hand.
    sdk::Result<void> migrate_core();
    /// The core and every plugin that would start, in the order of their migrations.
    std::vector<data::MigrationOwner> migration_owners();

    /// Starts what is enabled. Error when a required plugin did not start.
    sdk::Result<void> start_plugins();
    /// What staff changes while the server runs: takes effect, and is kept in the data folder.
    /// Errors are those of the runtime; `plugins.required` for one the operator insists on.
    sdk::Result<void> switch_plugin(const std::string& id, bool on);
    /// Error `config.invalid` with fields; `plugins.no_settings` for a plugin that has none.
    /// Settings that a plugin does not start with are not kept.
    sdk::Result<void> configure_plugin(const std::string& id, const nlohmann::json& settings);

    /// Takes over a new configuration as far as that works without a restart: log level,
    /// theme, plugins and their settings. Returns what needs a restart, one sentence each.
    std::vector<std::string> reload(config::Configuration configuration);
    void stop_plugins();
    /// Every plugin's section against its schema, and sections of plugins that are found nowhere.
    sdk::Result<void> check_plugin_settings(const config::Configuration& configuration) const;
    bool required_plugins_run() const;

    std::shared_ptr<const config::Configuration> configuration() const;
    const CoreOptions& options() const { return options_; }
    logging::Logging& logs() { return *logging_; }
    sdk::Logger& log(const std::string& name) { return logging_->logger(name); }
    const sdk::Clock& clock() const { return clock_; }
    metrics::Registry& metrics() { return metrics_; }
    data::DatabaseServer& database() { return *database_; }
    events::Bus& bus() { return *bus_; }
    services::ServiceRegistry& services() { return services_; }
    views::ThemeRenderer& views() { return *views_; }
    net::Client& https() { return *https_; }
    HostFacilities& facilities() { return *facilities_; }
    plugins::Runtime& plugins() { return *plugins_; }
    const plugins::Runtime& plugins() const { return *plugins_; }

    /// Calls back on the control thread after the set of running plugins changed.
    void on_plugins_changed(std::function<void()> action);

private:
    explicit Core(config::Configuration configuration, CoreOptions options);
    sdk::Result<void> open_database();
    sdk::Result<void> take_in_choices();
    void use(config::Configuration configuration);
    sdk::Result<void> open_views();
    void make_plugins();
    sdk::Result<void> migrate(const std::string& owner, const std::filesystem::path& folder);
    void plugins_changed();
    void bring_in_line(const config::Configuration& old, const plugins::PluginStatus& plugin,
                       std::vector<std::string>& remarks);
    void enable_new_ones(std::vector<std::string>& remarks);

    const CoreOptions options_;
    mutable std::mutex configuration_mutex_;
    std::shared_ptr<const config::Configuration> configuration_;  ///< in force
    std::shared_ptr<const config::Configuration> operators_;      ///< as the operator wrote it
    std::mutex change_mutex_;                                     ///< one change of either at a time

    std::unique_ptr<logging::Logging> logging_;
    time::SystemClock clock_;
    metrics::Registry metrics_;
    std::shared_ptr<data::DatabaseServer> database_;
    std::unique_ptr<net::Client> https_;
    std::unique_ptr<events::Bus> bus_;
    services::ServiceRegistry services_;
    std::unique_ptr<views::ThemeRenderer> views_;
    std::unique_ptr<PluginTheming> theming_;
    std::unique_ptr<HostFacilities> facilities_;
    std::unique_ptr<PluginChoices> choices_;
    std::unique_ptr<plugins::Runtime> plugins_;

    /// Of plugins that are only looked at: what they keep is thrown away. Else empty.
    std::filesystem::path passing_files_;

    std::mutex changed_mutex_;
    std::function<void()> changed_;
};

}  // namespace whatsflow::boot
