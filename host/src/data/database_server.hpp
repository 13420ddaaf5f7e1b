/// \file
/// The database as the rest of the host sees it: sdk::Database over a pool of sessions.
///
///     auto server = data::open(*data::parse_database_url(text), {.data_folder = "var", .log = &log});
///     if (!server) return server.error();
///     (*server)->query(context, "SELECT …", {…});
///
/// It recovers by itself when the database went away and came back. Statements never
/// appear in an error, only in the log. Tenants are kept apart here: see tenant_scope.hpp.
#pragma once

#include "data/database_url.hpp"
#include "data/session_pool.hpp"
#include "data/tenant_scope.hpp"
#include "data/turn.hpp"

#include <whatsflow/sdk/database.hpp>
#include <whatsflow/sdk/logger.hpp>

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace whatsflow::data {

/// What one statement cost, for metrics. Called on the thread that ran it.
struct StatementReport {
    std::string_view sql;
    std::chrono::nanoseconds took{};
    bool failed = false;
};

struct OpenOptions {
    std::filesystem::path data_folder = ".";  ///< what a relative SQLite file is relative to
    std::size_t sessions = 16;
    sdk::Milliseconds longest_wait{5000};      ///< for a session, for callers without a deadline
    sdk::Milliseconds lock_wait{5000};         ///< for another writer
    sdk::Milliseconds statement_time{30'000};  ///< MariaDB ends what runs longer
    sdk::Milliseconds slow_statement{250};     ///< longer is a line in the log
    sdk::Logger* log = nullptr;                ///< outlives the server
    std::function<void(const StatementReport&)> observe{};
};

/// [thread-safe] Blocks its callers: not for the loop's threads.
class DatabaseServer final : public sdk::Database {
public:
    DatabaseServer(sdk::Dialect dialect, SessionPool::Options pool, SessionPool::Connect connect, OpenOptions options);
    ~DatabaseServer() override;

    sdk::Result<std::vector<sdk::Row>> query(const sdk::CallContext& context, std::string_view sql,
                                             const sdk::DbValues& values = {}) override;
    sdk::Result<std::int64_t> execute(const sdk::CallContext& context, std::string_view sql,
                                      const sdk::DbValues& values = {}) override;
    sdk::Result<void> transaction(const sdk::CallContext& context,
                                  const std::function<sdk::Result<void>(sdk::Transaction&)>& body) override;
    sdk::Dialect dialect() const noexcept override { return dialect_; }

    /// For /readyz: does the database answer right now?
    [[nodiscard]] sdk::Result<void> ping(const sdk::CallContext& context);
    [[nodiscard]] SessionPool::Counts sessions() const { return pool_.counts(); }
    /// Ends the idle sessions; calls from now on are refused with database.unavailable.
    void close() { pool_.close(); }

    /// One session, with the turn to write, for several statements in a row: migrations.
    /// Nothing is retried.
    [[nodiscard]] sdk::Result<void> with_session(const sdk::CallContext& context,
                                                 const std::function<sdk::Result<void>(Session&)>& use);
    /// Looks at the schema again for the tables that belong to tenants. `state` is any number that
    /// grows with the schema: nothing is done for the one that was looked at last.
    [[nodiscard]] sdk::Result<void> learn_tenant_tables(const sdk::CallContext& context, std::int64_t state);
    /// Logs a driver's refusal and turns it into what callers may see.
    [[nodiscard]] sdk::Error refused(const sdk::CallContext& context, const DriverError& error, std::string_view sql);

private:
    friend class OpenTransaction;
    using Turn = std::optional<Turnstile::Turn>;

    sdk::Result<void> attempt(const sdk::CallContext& context,
                              const std::function<sdk::Result<void>(sdk::Transaction&)>& body,
                              std::vector<std::function<void()>>& after_commit);
    Outcome<SessionPool::Lease> begin(const sdk::CallContext& context);
    Outcome<Turn> turn_to_write(Deadline deadline);
    void report(const sdk::CallContext& context, std::string_view sql, std::chrono::nanoseconds took, bool failed);

    /// Runs, measures, logs; the same for a plain statement and one in a transaction.
    template <class Call>
    auto measured(const sdk::CallContext& context, std::string_view sql, Call&& call) -> decltype(call());

    const sdk::Dialect dialect_;
    const OpenOptions options_;
    Turnstile writer_;
    SessionPool pool_;
    TenantScope scope_;
    std::atomic<std::int64_t> learned_state_{-1};
};

template <class Call>
auto DatabaseServer::measured(const sdk::CallContext& context, std::string_view sql, Call&& call) -> decltype(call()) {
    const auto started = std::chrono::steady_clock::now();
    auto outcome = call();
    report(context, sql, std::chrono::steady_clock::now() - started, !outcome);
    return outcome;
}

/// Connects once, so that a wrong address or password is told at the start.
[[nodiscard]] sdk::Result<std::shared_ptr<DatabaseServer>> open(const DatabaseUrl& url, OpenOptions options);

}  // namespace whatsflow::data
