/// \file
/// The audit log in the database: entries go in with the change they tell of, and come out a
/// page at a time, newest first.
///
///     AuditStore store(database, clock, logs.sure_logger("audit"));
///     AuditLogOf log(store, "crm");               // what the plugin is given
#pragma once

#include <whatsflow/sdk/audit.hpp>
#include <whatsflow/sdk/logger.hpp>
#include <whatsflow/sdk/operations.hpp>

namespace whatsflow::audit {

/// [thread-safe] Everything referred to outlives it.
class AuditStore final : public sdk::AuditTrail {
public:
    /// `log` should write before it returns: see Logging::sure_logger.
    AuditStore(sdk::Database& database, const sdk::Clock& clock, sdk::Logger& log)
        : database_(database), clock_(clock), log_(log) {}

    sdk::Result<void> append(sdk::SqlExecutor& where, const sdk::CallContext& context, const std::string& plugin,
                             const sdk::Actor& actor, const sdk::AuditEntry& entry);
    sdk::Result<sdk::ListPage> entries(const sdk::CallContext& context, const Filter& filter,
                                       const sdk::ListWindow& window) override;

private:
    sdk::Database& database_;
    const sdk::Clock& clock_;
    sdk::Logger& log_;
};

/// The audit log as one plugin sees it.
class AuditLogOf final : public sdk::AuditLog {
public:
    AuditLogOf(AuditStore& store, std::string plugin) : store_(store), plugin_(std::move(plugin)) {}

    sdk::Result<void> append(sdk::SqlExecutor& where, const sdk::CallContext& context, const sdk::Actor& actor,
                             const sdk::AuditEntry& entry) override {
        return store_.append(where, context, plugin_, actor, entry);
    }

private:
    AuditStore& store_;
    const std::string plugin_;
};

}  // namespace whatsflow::audit
