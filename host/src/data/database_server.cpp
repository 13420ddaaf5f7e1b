#include "data/database_server.hpp"

#include "data/open_transaction.hpp"
#include "data/sql_text.hpp"

#include <random>
#include <thread>

namespace whatsflow::data {
namespace {

using std::chrono::steady_clock;

constexpr int kTries = 4;  // the first and three more

/// Two transactions that hit each other once should not do so again in step.
void pause_before_try(int number, Deadline deadline) {
    thread_local std::minstd_rand random(std::random_device{}());
    const auto longest = 4 << number;
    const auto pause = std::chrono::milliseconds(std::uniform_int_distribution<int>(1, longest)(random));
    std::this_thread::sleep_until(std::min(deadline, steady_clock::now() + pause));
}

}  // namespace

DatabaseServer::DatabaseServer(sdk::Dialect dialect, SessionPool::Options pool, SessionPool::Connect connect,
                               OpenOptions options)
    : dialect_(dialect),
      options_(std::move(options)),
      pool_(std::move(pool), std::move(connect)),
      scope_(options_.log) {}

DatabaseServer::~DatabaseServer() = default;

sdk::Result<std::vector<sdk::Row>> DatabaseServer::query(const sdk::CallContext& context, std::string_view sql,
                                                         const sdk::DbValues& values) {
    const auto call = scope_.admit(context, sql, values);
    if (!call) return call.error();
    for (int tries = 2;; --tries) {
        auto lease = pool_.borrow(context.deadline);
        if (!lease) return refused(context, lease.error(), sql);
        auto rows = measured(context, sql,
                             [&] { return (*lease)->query(call->sql(), call->values(), kMaxRows, context.deadline); });
        if (rows) return std::move(*rows);
        // A session may have died unnoticed while it was idle; reading again does no harm.
        const bool again = rows.error().session_lost && tries > 1 && only_reads(sql) && !context.expired();
        if (!again) return refused(context, rows.error(), sql);
    }
}

sdk::Result<std::int64_t> DatabaseServer::execute(const sdk::CallContext& context, std::string_view sql,
                                                  const sdk::DbValues& values) {
    if (OpenTransaction::is_open_here(*this)) {
        DriverError error{Trouble::failed, 0,
                          "a write beside the open transaction would wait for it: use the Transaction"};
        return refused(context, error, sql);
    }
    const auto call = scope_.admit(context, sql, values);
    if (!call) return call.error();
    auto turn = turn_to_write(context.deadline);
    if (!turn) return refused(context, turn.error(), sql);
    auto lease = pool_.borrow(context.deadline);
    if (!lease) return refused(context, lease.error(), sql);
    auto changed =
        measured(context, sql, [&] { return (*lease)->execute(call->sql(), call->values(), context.deadline); });
    if (!changed) return refused(context, changed.error(), sql);
    return *changed;
}

sdk::Result<void> DatabaseServer::transaction(const sdk::CallContext& context,
                                              const std::function<sdk::Result<void>(sdk::Transaction&)>& body) {
    if (OpenTransaction::is_open_here(*this))
        return refused(context, {Trouble::failed, 0, "a transaction inside a transaction: pass the Transaction on"},
                       "BEGIN");
    for (int number = 1;; ++number) {
        std::vector<std::function<void()>> after_commit;
        auto done = attempt(context, body, after_commit);
        if (done) {
            // The session is back and the turn passed on: an action may use the database.
            for (const auto& action : after_commit) action();
            return done;
        }
        if (done.error().code != code_of(Trouble::busy) || number == kTries || context.expired()) return done;
        pause_before_try(number, context.deadline);
    }
}

sdk::Result<void> DatabaseServer::attempt(const sdk::CallContext& context,
                                          const std::function<sdk::Result<void>(sdk::Transaction&)>& body,
                                          std::vector<std::function<void()>>& after_commit) {
    // The turn is taken before the session: who waits to write keeps no session from readers.
    auto turn = turn_to_write(context.deadline);
    if (!turn) return refused(context, turn.error(), "BEGIN");
    auto lease = begin(context);
    if (!lease) return refused(context, lease.error(), "BEGIN");

    OpenTransaction transaction(*this, **lease);
    auto done = body(transaction);  // an exception passes through and the destructor rolls back
    if (!done) return done;
    if (transaction.lost()) {
        // The server has rolled back already; committing would keep only what came after.
        return refused(context, *transaction.lost(), "COMMIT");
    }
    if (auto written = transaction.write_late_rows(context); !written) return written;
    const auto committed = transaction.commit(context);
    if (!committed) return committed;
    after_commit = transaction.take_actions();
    return sdk::ok();
}

/// BEGIN has written nothing, so a session that died unnoticed is replaced once.
Outcome<SessionPool::Lease> DatabaseServer::begin(const sdk::CallContext& context) {
    const std::string sql = dialect_ == sdk::Dialect::sqlite ? "BEGIN IMMEDIATE" : "START TRANSACTION";
    for (int tries = 2;; --tries) {
        auto lease = pool_.borrow(context.deadline);
        if (!lease) return lease;
        const auto begun = (*lease)->run(sql, context.deadline);
        if (begun) return lease;
        if (!begun.error().session_lost || tries == 1 || context.expired()) return begun.error();
    }
}

Outcome<DatabaseServer::Turn> DatabaseServer::turn_to_write(Deadline deadline) {
    if (dialect_ != sdk::Dialect::sqlite) return Turn{};
    auto turn = writer_.wait_for_turn(std::min(deadline, steady_clock::now() + options_.lock_wait));
    if (!turn) return DriverError{Trouble::busy, 0, "another write went on for too long"};
    return Outcome<Turn>(std::move(turn));
}

sdk::Result<void> DatabaseServer::ping(const sdk::CallContext& context) {
    auto lease = pool_.borrow(context.deadline);
    if (!lease) return refused(context, lease.error(), "SELECT 1");
    if ((*lease)->ping(context.deadline)) return sdk::ok();
    return DriverError{Trouble::unavailable, 0, {}}.to_sdk();
}

sdk::Result<void> DatabaseServer::with_session(const sdk::CallContext& context,
                                               const std::function<sdk::Result<void>(Session&)>& use) {
    auto turn = turn_to_write(context.deadline);
    if (!turn) return refused(context, turn.error(), {});
    auto lease = pool_.borrow(context.deadline);
    if (!lease) return refused(context, lease.error(), {});
    return use(**lease);
}

sdk::Result<void> DatabaseServer::learn_tenant_tables(const sdk::CallContext& context, std::int64_t state) {
    if (learned_state_.load() == state) return sdk::ok();
    auto lease = pool_.borrow(context.deadline);
    if (!lease) return refused(context, lease.error(), "SELECT FROM the schema");
    if (const auto problem = scope_.learn(**lease)) return refused(context, *problem, "SELECT FROM the schema");
    learned_state_.store(state);
    return sdk::ok();
}

sdk::Error DatabaseServer::refused(const sdk::CallContext& context, const DriverError& error, std::string_view sql) {
    if (options_.log != nullptr) {
        // What callers are meant to handle is no alarm.
        const bool expected = error.trouble == Trouble::duplicate || error.trouble == Trouble::busy;
        const auto level = expected ? sdk::LogLevel::debug : sdk::LogLevel::error;
        if (options_.log->enabled(level))
            options_.log->write(level, "the database refused a statement",
                                {{"request_id", context.request_id},
                                 {"code", code_of(error.trouble)},
                                 {"number", std::to_string(error.number)},
                                 {"detail", error.detail},
                                 {"sql", std::string(sql)}});
    }
    if (error.number == kTooManyRows)
        return sdk::fail("database.too_many_rows",
                         "The answer has more than " + std::to_string(kMaxRows) + " rows; page through it by cursor.");
    return error.to_sdk();
}

void DatabaseServer::report(const sdk::CallContext& context, std::string_view sql, std::chrono::nanoseconds took,
                            bool failed) {
    if (options_.observe) options_.observe(StatementReport{sql, took, failed});
    if (took < options_.slow_statement || options_.log == nullptr) return;
    options_.log->warn("a slow statement",
                       {{"request_id", context.request_id},
                        {"ms", std::to_string(std::chrono::duration_cast<sdk::Milliseconds>(took).count())},
                        {"sql", std::string(sql)}});
}

}  // namespace whatsflow::data
