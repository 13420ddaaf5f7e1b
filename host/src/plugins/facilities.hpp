/// \file
/// What the host keeps for one plugin: its outbox, jobs, audit log, vault and files. Each
/// knows whose it is, and lets handlers in through the plugin's gate.
#pragma once

#include <whatsflow/sdk/audit.hpp>
#include <whatsflow/sdk/file_storage.hpp>
#include <whatsflow/sdk/jobs.hpp>
#include <whatsflow/sdk/outbox.hpp>
#include <whatsflow/sdk/vault.hpp>

#include <functional>
#include <memory>
#include <string>

namespace whatsflow::plugins {

/// Runs a piece of the plugin's code through its gate. `plugin.unavailable` when the gate is
/// closed, `plugin.fault` (counted) when the code throws.
using GuardedCall =
    std::function<sdk::Result<void>(const std::string& call, const std::function<sdk::Result<void>()>& body)>;

/// Null: this host has none; asking for it then throws std::logic_error, a fault of start().
struct Facilities {
    std::shared_ptr<sdk::Outbox> outbox{};
    std::shared_ptr<sdk::Jobs> jobs{};
    std::shared_ptr<sdk::AuditLog> audit{};
    std::shared_ptr<sdk::Vault> vault{};
    std::shared_ptr<sdk::FileStorage> files{};
    /// Withdraws what the plugin subscribed and handles; waits until none of it runs.
    std::function<void()> withdraw{};
};

}  // namespace whatsflow::plugins
