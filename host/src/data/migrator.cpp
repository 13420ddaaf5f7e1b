#include "data/migrator.hpp"

#include "data/sql_text.hpp"

#include <algorithm>

namespace whatsflow::data {
namespace {

constexpr int kSecondsToWaitForOthers = 120;

const std::string kCreateTable =
    "CREATE TABLE IF NOT EXISTS schema_migrations (owner VARCHAR(100) NOT NULL, number INTEGER NOT NULL, "
    "name VARCHAR(200) NOT NULL, checksum CHAR(64) NOT NULL, applied_at BIGINT NOT NULL, PRIMARY KEY (owner, number))";

constexpr std::string_view kTableExists[] = {
    "SELECT COUNT(*) AS n FROM sqlite_master WHERE type = 'table' AND name = 'schema_migrations'",
    "SELECT COUNT(*) AS n FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = "
    "'schema_migrations'"};

std::string_view table_exists(sdk::Dialect dialect) {
    return kTableExists[dialect == sdk::Dialect::sqlite ? 0 : 1];
}

sdk::Error changed(const Migration& migration) {
    return sdk::fail("migration.changed", "Migration " + migration.title() +
                                              " was edited after it had been applied; restore the file and put the "
                                              "change into a new one.");
}

sdk::Error failed(const Migration& migration, std::size_t statement, const DriverError& error) {
    return sdk::fail("migration.failed", "Migration " + migration.title() + " failed at statement " +
                                             std::to_string(statement) + ": " + error.detail + ".");
}

/// Held while this process migrates. SQLite needs none: its transaction locks the file.
class ServerLock {
public:
    explicit ServerLock(Session& session) : session_(session) {}
    ServerLock(const ServerLock&) = delete;
    ServerLock& operator=(const ServerLock&) = delete;
    ~ServerLock() {
        if (held_)
            (void)session_.query("SELECT RELEASE_LOCK(CONCAT('whatsflow.migrate.', DATABASE()))", {}, 1,
                                 Deadline::max());
    }

    Outcome<bool> take() {
        if (session_.dialect() == sdk::Dialect::sqlite) return true;
        auto rows = session_.query("SELECT GET_LOCK(CONCAT('whatsflow.migrate.', DATABASE()), ?) AS got",
                                   {kSecondsToWaitForOthers}, 1, Deadline::max());
        if (!rows) return rows.error();
        held_ = (*rows)[0].maybe_integer("got") == 1;
        return held_;
    }

private:
    Session& session_;
    bool held_ = false;
};

}  // namespace

struct Migrator::Applied {
    std::string owner;
    int number = 0;
    std::string name;
    std::string checksum;
    sdk::Instant at;
};

Migrator::Migrator(DatabaseServer& server, std::vector<MigrationOwner> owners, const sdk::Clock& clock)
    : server_(server), owners_(std::move(owners)), clock_(clock) {}

sdk::Result<std::vector<Migration>> Migrator::load_all() const {
    std::vector<Migration> all;
    for (const auto& owner : owners_) {
        auto loaded = load_migrations(owner, server_.dialect());
        if (!loaded) return loaded.error();
        std::move(loaded->begin(), loaded->end(), std::back_inserter(all));
    }
    return all;
}

sdk::Result<std::vector<Migrator::Applied>> Migrator::load_applied(const sdk::CallContext& context) {
    const auto exists = server_.query_one(context, table_exists(server_.dialect()));
    if (!exists) return exists.error();
    std::vector<Applied> applied;
    if ((*exists)->integer("n") == 0) return applied;
    const auto rows = server_.query(
        context, "SELECT owner, number, name, checksum, applied_at FROM schema_migrations ORDER BY owner, number");
    if (!rows) return rows.error();
    for (const auto& row : *rows)
        applied.push_back({row.text("owner"), static_cast<int>(row.integer("number")), row.text("name"),
                           row.text("checksum"), row.instant("applied_at")});
    return applied;
}

sdk::Result<std::vector<MigrationStatus>> Migrator::status(const sdk::CallContext& context) {
    const auto files = load_all();
    if (!files) return files.error();
    const auto applied = load_applied(context);
    if (!applied) return applied.error();
    std::vector<MigrationStatus> rows;
    for (const auto& file : *files) {
        const auto found = std::find_if(applied->begin(), applied->end(), [&](const Applied& one) {
            return one.owner == file.owner && one.number == file.number;
        });
        MigrationStatus row{file.owner, file.number, file.name, std::nullopt};
        if (found != applied->end()) row.applied_at = found->at;
        rows.push_back(std::move(row));
    }
    return rows;
}

sdk::Result<std::vector<Migration>> Migrator::pending(const sdk::CallContext& context) {
    auto files = load_all();
    if (!files) return files.error();
    const auto applied = load_applied(context);
    if (!applied) return applied.error();
    for (const auto& one : *applied) {
        const bool ours =
            std::any_of(owners_.begin(), owners_.end(), [&](const auto& owner) { return owner.id == one.owner; });
        if (!ours) continue;  // a plugin that is not enabled keeps its tables
        const auto file = std::find_if(files->begin(), files->end(), [&](const Migration& candidate) {
            return candidate.owner == one.owner && candidate.number == one.number;
        });
        if (file == files->end())
            return sdk::fail("migration.changed",
                             "The database has migration " +
                                 Migration{one.owner, one.number, one.name, {}, {}}.title() +
                                 ", which this program does not know: it was used by a newer version; run that one.");
        if (file->checksum != one.checksum) return changed(*file);
        files->erase(file);
    }
    return files;
}

sdk::Result<std::string> Migrator::dry_run(const sdk::CallContext& context) {
    const auto files = pending(context);
    if (!files) return files.error();
    std::string text;
    for (const auto& file : *files) text += "-- " + file.title() + "\n" + file.sql + "\n";
    return text;
}

sdk::Result<std::vector<Migration>> Migrator::apply(const sdk::CallContext& context) {
    const auto files = pending(context);
    if (!files) return files.error();
    std::vector<Migration> applied;
    if (files->empty()) {
        if (auto learned = learn_tables(context); !learned) return learned.error();
        return applied;
    }
    auto done = server_.with_session(context, [&](Session& session) -> sdk::Result<void> {
        session.lift_time_limit();
        ServerLock lock(session);
        auto held = lock.take();
        if (!held) return server_.refused(context, held.error(), "GET_LOCK");
        if (!*held)
            return sdk::fail("migration.busy", "Another process has been migrating this database for " +
                                                   std::to_string(kSecondsToWaitForOthers) +
                                                   " seconds; look at it first.");
        if (auto ready = prepare(context, session); !ready) return ready;
        for (const auto& file : *files) {
            auto ran = apply_one(context, session, file);
            if (!ran) return ran.error();
            if (*ran) applied.push_back(file);
        }
        return sdk::ok();
    });
    // Also after a failure: MariaDB keeps what the statements before it have made.
    const auto learned = learn_tables(context);
    if (!done) return done.error();
    if (!learned) return learned.error();
    return applied;
}

/// Tables that migrations have made, here or in another process, may belong to tenants.
sdk::Result<void> Migrator::learn_tables(const sdk::CallContext& context) {
    const auto exists = server_.query_one(context, table_exists(server_.dialect()));
    if (!exists) return exists.error();
    if ((*exists)->integer("n") == 0) return sdk::ok();
    const auto count = server_.query_one(context, "SELECT COUNT(*) AS n FROM schema_migrations");
    if (!count) return count.error();
    return server_.learn_tenant_tables(context, (*count)->integer("n"));
}

sdk::Result<void> Migrator::run(const sdk::CallContext& context, Session& session, const std::string& sql) {
    const auto done = session.run(sql, Deadline::max());
    if (!done) return server_.refused(context, done.error(), sql);
    return sdk::ok();
}

/// A new MariaDB database compares text as SQLite does: every byte counts, blanks too.
sdk::Result<void> Migrator::prepare(const sdk::CallContext& context, Session& session) {
    if (session.dialect() == sdk::Dialect::sqlite) {
        // Rebuilding a table would otherwise delete the rows that refer to it; apply_one checks instead.
        if (auto off = run(context, session, "PRAGMA foreign_keys=OFF"); !off) return off;
        return run(context, session, kCreateTable);
    }
    auto about = session.query(
        "SELECT DATABASE() AS name, VERSION() AS version, (" + std::string(table_exists(session.dialect())) + ") AS n",
        {}, 1, Deadline::max());
    if (!about) return server_.refused(context, about.error(), "SELECT DATABASE()");
    const auto& row = (*about)[0];
    if (row.integer("n") == 0) {
        const bool mariadb = row.text("version").find("MariaDB") != std::string::npos;
        const auto sql = "ALTER DATABASE `" + row.text("name") + "` CHARACTER SET utf8mb4 COLLATE " +
                         (mariadb ? "utf8mb4_nopad_bin" : "utf8mb4_0900_bin");
        if (auto set = run(context, session, sql); !set) return set;
    }
    return run(context, session, kCreateTable);
}

/// False when another process has applied it in the meantime.
sdk::Result<bool> Migrator::apply_one(const sdk::CallContext& context, Session& session, const Migration& migration) {
    if (session.dialect() != sdk::Dialect::sqlite) return run_file(context, session, migration);
    if (auto begun = run(context, session, "BEGIN IMMEDIATE"); !begun) return begun.error();
    auto ran = run_file(context, session, migration);
    if (ran) {
        auto broken = session.query("PRAGMA foreign_key_check", {}, 1000, Deadline::max());
        if (!broken)
            ran = server_.refused(context, broken.error(), "PRAGMA foreign_key_check");
        else if (!(*broken).empty())
            ran = sdk::fail("migration.failed", "Migration " + migration.title() + " leaves rows of " +
                                                    (*broken)[0].text("table") + " that refer to nothing.");
    }
    if (ran) {
        auto committed = run(context, session, "COMMIT");
        if (!committed) ran = committed.error();
    }
    if (!ran && session.in_transaction()) (void)session.run("ROLLBACK", Deadline::max());
    return ran;
}

sdk::Result<bool> Migrator::run_file(const sdk::CallContext& context, Session& session, const Migration& migration) {
    auto known = session.query("SELECT checksum FROM schema_migrations WHERE owner = ? AND number = ?",
                               {migration.owner, migration.number}, 1, Deadline::max());
    if (!known) return server_.refused(context, known.error(), "SELECT FROM schema_migrations");
    if (!(*known).empty()) {
        if ((*known)[0].text("checksum") != migration.checksum) return changed(migration);
        return false;
    }
    std::size_t number = 0;
    for (const auto& statement : split_statements(migration.sql)) {
        ++number;
        const auto done = session.run(statement, Deadline::max());
        if (done) continue;
        (void)server_.refused(context, done.error(), statement);
        return failed(migration, number, done.error());
    }
    auto recorded = session.execute(
        "INSERT INTO schema_migrations (owner, number, name, checksum, applied_at) VALUES (?,?,?,?,?)",
        {migration.owner, migration.number, migration.name, migration.checksum, clock_.now()}, Deadline::max());
    if (!recorded) return server_.refused(context, recorded.error(), "INSERT INTO schema_migrations");
    return true;
}

}  // namespace whatsflow::data
