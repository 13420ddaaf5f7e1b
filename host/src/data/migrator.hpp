/// \file
/// Brings the database to the state the program needs.
///
///     Migrator migrator(*server, {{"core", "core_", root / "migrations"}, …}, clock);
///     auto done = migrator.apply(context);    // what was applied, or the sentence to print
///
/// Several processes may start at once: one applies, the others wait and find nothing left.
/// On SQLite a file is applied whole or not at all. MariaDB commits after each statement
/// that defines something, so there a file that failed half-way runs again from its
/// beginning: its statements are written to be repeatable (IF NOT EXISTS, INSERT IGNORE).
#pragma once

#include "data/database_server.hpp"
#include "data/migration_files.hpp"

#include <whatsflow/sdk/time.hpp>

#include <optional>
#include <string>
#include <vector>

namespace whatsflow::data {

struct MigrationStatus {
    std::string owner;
    int number = 0;
    std::string name;
    std::optional<sdk::Instant> applied_at;  ///< nothing: pending
};

class Migrator {
public:
    /// Server and clock outlive it. Owners are applied in the order given.
    Migrator(DatabaseServer& server, std::vector<MigrationOwner> owners, const sdk::Clock& clock);

    /// Every migration of the owners. Changes nothing, not even on an empty database.
    [[nodiscard]] sdk::Result<std::vector<MigrationStatus>> status(const sdk::CallContext& context);
    /// Refuses (`migration.changed`) when an applied file was edited or is gone.
    [[nodiscard]] sdk::Result<std::vector<Migration>> pending(const sdk::CallContext& context);
    /// The SQL that apply() would run, with a comment line before each file.
    [[nodiscard]] sdk::Result<std::string> dry_run(const sdk::CallContext& context);
    /// Applies what is pending and says what that was.
    [[nodiscard]] sdk::Result<std::vector<Migration>> apply(const sdk::CallContext& context);

private:
    struct Applied;

    sdk::Result<std::vector<Migration>> load_all() const;
    sdk::Result<std::vector<Applied>> load_applied(const sdk::CallContext& context);
    sdk::Result<void> prepare(const sdk::CallContext& context, Session& session);
    sdk::Result<bool> apply_one(const sdk::CallContext& context, Session& session, const Migration& migration);
    sdk::Result<bool> run_file(const sdk::CallContext& context, Session& session, const Migration& migration);
    sdk::Result<void> run(const sdk::CallContext& context, Session& session, const std::string& sql);
    sdk::Result<void> learn_tables(const sdk::CallContext& context);

    DatabaseServer& server_;
    std::vector<MigrationOwner> owners_;
    const sdk::Clock& clock_;
};

}  // namespace whatsflow::data
