/// \file
/// Secrets at rest: XChaCha20-Poly1305 under keys that one plugin and one purpose share with
/// nobody.
///
///     auto keys = VaultKeys::load_or_make(data / "keys");
///     PluginVault vault(*keys, "com.acme.pay");
///     vault.seal("webhook", secret);        // v1.0001.9f3c…
///
/// The installation's keys are `vault-NNNN.key`. The highest number seals, all of them open:
/// a new one is made beside the old ones and what was sealed before stays readable.
#pragma once

#include <whatsflow/sdk/vault.hpp>

#include <filesystem>
#include <map>
#include <memory>
#include <string>

namespace whatsflow::security {

/// Immutable. [thread-safe]
class VaultKeys {
public:
    /// Makes the first key when there is none. Error `security.key_file`.
    [[nodiscard]] static sdk::Result<std::shared_ptr<const VaultKeys>> load_or_make(
        const std::filesystem::path& folder);
    /// A key that is kept nowhere: what it sealed is lost with the process.
    [[nodiscard]] static std::shared_ptr<const VaultKeys> of_this_process();
    /// A new key file; what is sealed after the next start is sealed with it. Returns its id.
    [[nodiscard]] static sdk::Result<std::string> add_key(const std::filesystem::path& folder);

    explicit VaultKeys(std::map<std::string, std::string> keys) : keys_(std::move(keys)) {}

    [[nodiscard]] const std::string& newest() const { return keys_.rbegin()->first; }
    /// Null when there is no such key.
    [[nodiscard]] const std::string* find(const std::string& id) const;

private:
    std::map<std::string, std::string> keys_;  // by id
};

/// The vault as one plugin sees it.
class PluginVault final : public sdk::Vault {
public:
    PluginVault(std::shared_ptr<const VaultKeys> keys, std::string plugin)
        : keys_(std::move(keys)), plugin_(std::move(plugin)) {}

    sdk::Result<std::string> seal(std::string_view purpose, const sdk::Secret& secret) override;
    sdk::Result<sdk::Secret> open(std::string_view purpose, std::string_view sealed) override;

private:
    const std::shared_ptr<const VaultKeys> keys_;
    const std::string plugin_;
};

}  // namespace whatsflow::security
