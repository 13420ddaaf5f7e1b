/// \file
/// What staff changed about plugins while the server ran: on, off, settings. Kept in
/// `<data>/plugins.json`, laid over the configuration, whose file belongs to the operator and
/// is never written.
///
///     {"switched": {"com.acme.maps": false}, "settings": {"com.acme.pay": {"mode": "live", "secret": {"sealed": "v1…"}}}}
///
/// Secrets are sealed with the installation's key; the file can be read by its owner only.
#pragma once

#include "config/configuration.hpp"

#include <whatsflow/sdk/vault.hpp>

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace whatsflow::boot {

/// [thread-safe]
class PluginChoices {
public:
    /// Without a file there are none. Error `boot.plugin_choices`: one sentence.
    static sdk::Result<std::unique_ptr<PluginChoices>> load(const std::filesystem::path& data,
                                                            std::shared_ptr<sdk::Vault> vault);

    [[nodiscard]] std::map<std::string, bool> switched() const;
    /// Error when the file cannot be written; then nothing has changed. So for all that keep.
    sdk::Result<void> keep_switch(const std::string& id, bool on);
    sdk::Result<void> forget_switch(const std::string& id);

    /// The settings kept for a plugin, secrets opened; an empty table when there are none.
    [[nodiscard]] nlohmann::json settings(const std::string& id) const;
    sdk::Result<void> keep_settings(const std::string& id, const nlohmann::json& schema, nlohmann::json settings);

    /// The operator's configuration with what is kept laid over it. Variables of the
    /// environment still win.
    [[nodiscard]] config::Configuration over(config::Configuration configuration) const;
    /// The same with other settings for one plugin, to try them.
    [[nodiscard]] config::Configuration over(config::Configuration configuration, const std::string& id,
                                             const nlohmann::json& settings) const;

private:
    PluginChoices(std::filesystem::path file, std::shared_ptr<sdk::Vault> vault)
        : file_(std::move(file)), vault_(std::move(vault)) {}

    [[nodiscard]] nlohmann::json all_settings() const;
    sdk::Result<void> write(const nlohmann::json& kept);
    [[nodiscard]] nlohmann::json opened(nlohmann::json value) const;
    sdk::Result<nlohmann::json> sealed(const nlohmann::json& schema, nlohmann::json value) const;

    const std::filesystem::path file_;
    const std::shared_ptr<sdk::Vault> vault_;
    mutable std::mutex mutex_;
    nlohmann::json kept_{{"switched", nlohmann::json::object()}, {"settings", nlohmann::json::object()}};
};

/// New settings as staff sent them, with the secrets they left out, or sent back masked, taken
/// from `kept`; those of a list's entries from `in_force`. Error `config.invalid` for a secret that
/// is no text: naming one (a variable, a file) is for the operator.
sdk::Result<nlohmann::json> with_kept_secrets(const nlohmann::json& schema, nlohmann::json settings,
                                              const nlohmann::json& kept, const nlohmann::json& in_force = {});

}  // namespace whatsflow::boot
