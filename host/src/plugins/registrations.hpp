/// \file
/// What the running plugins have registered: routes, commands, contributions to slots.
///
/// A plugin's registrations appear all at once when it has started and disappear all at once
/// when it stops, so nobody ever sees half a plugin.
#pragma once

#include <whatsflow/sdk/command.hpp>
#include <whatsflow/sdk/http.hpp>
#include <whatsflow/sdk/slots.hpp>

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace whatsflow::plugins {

struct RegisteredRoute {
    sdk::Route route;  ///< the handler passes the plugin's gate and does not throw
    std::string plugin;
};

struct RegisteredCommand {
    sdk::Command command;  ///< likewise
    std::string plugin;
};

/// What one plugin registered.
struct PluginRegistrations {
    std::vector<sdk::Route> routes;
    std::vector<sdk::Command> commands;
    std::vector<sdk::Contribution> contributions;
};

/// [thread-safe]
class Registrations {
public:
    using Contributions = std::vector<sdk::Contribution>;

    /// Would this fit beside what all plugins and `own` have already? The error's sentence
    /// names the other one.
    sdk::Result<void> check(const std::string& plugin, const PluginRegistrations& own, const sdk::Route& route) const;
    sdk::Result<void> check(const std::string& plugin, const PluginRegistrations& own,
                            const sdk::Command& command) const;
    sdk::Result<void> check(const std::string& plugin, const PluginRegistrations& own,
                            const sdk::Contribution& contribution) const;

    void commit(const std::string& plugin, PluginRegistrations registrations);
    /// False when there was nothing.
    bool revoke(const std::string& plugin);

    /// By site, pattern and method.
    std::vector<RegisteredRoute> routes() const;
    /// By name.
    std::vector<RegisteredCommand> commands() const;
    /// By order, plugin, key.
    std::vector<sdk::Contribution> contributions(const std::string& slot, sdk::Site site) const;
    /// The same for those who ask with every page: made once, until a plugin comes or goes.
    std::shared_ptr<const Contributions> shared_contributions(const std::string& slot, sdk::Site site) const;

private:
    using Place = std::pair<std::string, sdk::Site>;

    mutable std::mutex mutex_;
    mutable std::map<Place, std::shared_ptr<const Contributions>> shared_;
    std::map<std::string, PluginRegistrations> by_plugin_;
};

}  // namespace whatsflow::plugins
