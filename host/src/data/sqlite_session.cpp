#include "data/sqlite_session.hpp"

#include "data/statement_cache.hpp"

#include <Poco/Data/SQLite/Connector.h>
#include <Poco/Data/SQLite/Utility.h>
#include <Poco/Data/Session.h>
#include <Poco/Exception.h>
#include <sqlite3.h>

#include <mutex>

namespace whatsflow::data {
namespace {

constexpr std::size_t kStatementsOfSqlite = 200;
constexpr int kStepsBetweenLooksAtTheClock = 20'000;

/// A prepared statement and the names of its columns.
class SqliteStatement {
public:
    explicit SqliteStatement(sqlite3_stmt* handle) : handle_(handle) {}
    SqliteStatement(const SqliteStatement&) = delete;
    SqliteStatement& operator=(const SqliteStatement&) = delete;
    ~SqliteStatement() { sqlite3_finalize(handle_); }

    [[nodiscard]] sqlite3_stmt* handle() const noexcept { return handle_; }

    /// Read after the first step: SQLite recompiles by itself when a table was altered.
    [[nodiscard]] const std::shared_ptr<const std::vector<std::string>>& columns() {
        const int recompiled = sqlite3_stmt_status(handle_, SQLITE_STMTSTATUS_REPREPARE, 0);
        if (columns_ && recompiled == recompiled_) return columns_;
        auto names = std::make_shared<std::vector<std::string>>();
        for (int i = 0; i < sqlite3_column_count(handle_); ++i) names->emplace_back(sqlite3_column_name(handle_, i));
        recompiled_ = recompiled;
        columns_ = std::move(names);
        return columns_;
    }

private:
    sqlite3_stmt* handle_;
    int recompiled_ = 0;
    std::shared_ptr<const std::vector<std::string>> columns_;
};

/// Gives the statement back unbound and at its beginning, whatever happened in between.
class Execution {
public:
    explicit Execution(sqlite3_stmt* handle) : handle_(handle) {}
    Execution(const Execution&) = delete;
    Execution& operator=(const Execution&) = delete;
    ~Execution() {
        sqlite3_reset(handle_);
        sqlite3_clear_bindings(handle_);
    }

private:
    sqlite3_stmt* handle_;
};

int bind(sqlite3_stmt* handle, int index, const sdk::DbValue& value) {
    // The values outlive the execution: SQLite need not copy them.
    struct Visitor {
        sqlite3_stmt* handle;
        int index;
        int operator()(std::monostate) const { return sqlite3_bind_null(handle, index); }
        int operator()(std::int64_t v) const { return sqlite3_bind_int64(handle, index, v); }
        int operator()(double v) const { return sqlite3_bind_double(handle, index, v); }
        int operator()(const std::string& v) const {
            return sqlite3_bind_text64(handle, index, v.data(), v.size(), SQLITE_STATIC, SQLITE_UTF8);
        }
        int operator()(const sdk::Blob& v) const {
            const char* data = v.bytes.empty() ? "" : v.bytes.data();  // a null pointer would mean NULL
            return sqlite3_bind_blob64(handle, index, data, v.bytes.size(), SQLITE_STATIC);
        }
    };
    return std::visit(Visitor{handle, index}, value.storage());
}

sdk::DbValue column_value(sqlite3_stmt* handle, int column) {
    switch (sqlite3_column_type(handle, column)) {
        case SQLITE_INTEGER: return static_cast<long long>(sqlite3_column_int64(handle, column));
        case SQLITE_FLOAT: return sqlite3_column_double(handle, column);
        case SQLITE_TEXT: {
            const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(handle, column));
            return std::string(text, static_cast<std::size_t>(sqlite3_column_bytes(handle, column)));
        }
        case SQLITE_BLOB: {
            const auto* bytes = static_cast<const char*>(sqlite3_column_blob(handle, column));
            const auto size = static_cast<std::size_t>(sqlite3_column_bytes(handle, column));
            return sdk::Blob{size == 0 ? std::string() : std::string(bytes, size)};
        }
        default: return nullptr;
    }
}

class SqliteSession final : public Session {
public:
    SqliteSession(Poco::Data::Session session, sdk::Milliseconds lock_wait)
        : session_(std::move(session)),
          db_(Poco::Data::SQLite::Utility::dbHandle(session_)),
          lock_wait_(lock_wait),
          statements_(kStatementsOfSqlite, kMostStatementBytes) {
        sqlite3_extended_result_codes(db_, 1);
        sqlite3_progress_handler(db_, kStepsBetweenLooksAtTheClock, &SqliteSession::is_late, this);
    }
    ~SqliteSession() override {
        sqlite3_progress_handler(db_, 0, nullptr, nullptr);
        statements_.clear();  // before POCO closes the handle they belong to
    }

    Outcome<std::vector<sdk::Row>> query(std::string_view sql, const sdk::DbValues& values, std::size_t row_limit,
                                         Deadline deadline) override {
        auto prepared = prepare(sql, values, deadline);
        if (!prepared) return prepared.error();
        auto& statement = **prepared;
        auto* const handle = statement.handle();
        const Execution execution(handle);
        if (const int code = bind_all(handle, values); code != SQLITE_OK) return refusal(code);

        std::vector<sdk::Row> rows;
        int code = SQLITE_OK;
        while ((code = sqlite3_step(handle)) == SQLITE_ROW) {
            if (rows.size() == row_limit) return DriverError{Trouble::failed, kTooManyRows, "too many rows"};
            const auto& columns = statement.columns();
            sdk::DbValues row;
            row.reserve(columns->size());
            for (int i = 0; i < static_cast<int>(columns->size()); ++i) row.push_back(column_value(handle, i));
            rows.emplace_back(columns, std::move(row));
        }
        if (code != SQLITE_DONE) return refusal(code);
        return rows;
    }

    Outcome<std::int64_t> execute(std::string_view sql, const sdk::DbValues& values, Deadline deadline) override {
        auto prepared = prepare(sql, values, deadline);
        if (!prepared) return prepared.error();
        auto* const handle = (*prepared)->handle();
        const Execution execution(handle);
        if (const int code = bind_all(handle, values); code != SQLITE_OK) return refusal(code);
        return finish(handle);
    }

    Outcome<std::int64_t> run(const std::string& sql, Deadline deadline) override {
        keep_to(deadline);
        sqlite3_stmt* handle = nullptr;
        const int code = sqlite3_prepare_v2(db_, sql.data(), static_cast<int>(sql.size()), &handle, nullptr);
        const SqliteStatement statement(handle);
        if (code != SQLITE_OK) return refusal(code);
        if (handle == nullptr) return std::int64_t{0};  // nothing but a comment
        return finish(handle);
    }

    bool looks_alive() const noexcept override { return true; }
    bool ping(Deadline deadline) override { return static_cast<bool>(query("SELECT 1", {}, 1, deadline)); }
    bool in_transaction() const noexcept override { return sqlite3_get_autocommit(db_) == 0; }
    sdk::Dialect dialect() const noexcept override { return sdk::Dialect::sqlite; }

private:
    static int is_late(void* session) noexcept {
        return std::chrono::steady_clock::now() >= static_cast<SqliteSession*>(session)->deadline_ ? 1 : 0;
    }

    /// Nothing may run past the deadline, waiting for another process's lock included.
    void keep_to(Deadline deadline) {
        deadline_ = deadline;
        auto wait = lock_wait_;
        if (deadline != Deadline::max()) {
            const auto left =
                std::chrono::duration_cast<sdk::Milliseconds>(deadline - std::chrono::steady_clock::now());
            wait = std::clamp(left, sdk::Milliseconds{1}, lock_wait_);
        }
        if (wait != current_wait_) sqlite3_busy_timeout(db_, static_cast<int>(wait.count()));
        current_wait_ = wait;
    }

    Outcome<SqliteStatement*> prepare(std::string_view sql, const sdk::DbValues& values, Deadline deadline) {
        keep_to(deadline);
        auto* statement = statements_.find(sql);
        if (statement == nullptr) {
            sqlite3_stmt* handle = nullptr;
            const char* rest = nullptr;
            const int code = sqlite3_prepare_v3(db_, sql.data(), static_cast<int>(sql.size()),
                                                SQLITE_PREPARE_PERSISTENT, &handle, &rest);
            auto made = std::make_unique<SqliteStatement>(handle);
            if (code != SQLITE_OK) return refusal(code);
            if (handle == nullptr) return mistake("the statement is empty");
            const auto left = sql.substr(static_cast<std::size_t>(rest - sql.data()));
            if (left.find_first_not_of(" \t\r\n;") != std::string_view::npos)
                return mistake("there is more than one statement");
            const auto bytes = sql.size() + static_cast<std::size_t>(
                                                std::max(0, sqlite3_stmt_status(handle, SQLITE_STMTSTATUS_MEMUSED, 0)));
            statement = &statements_.add(std::string(sql), std::move(made), bytes);
        }
        const auto wanted = static_cast<std::size_t>(sqlite3_bind_parameter_count(statement->handle()));
        if (wanted != values.size())
            return mistake("the statement has " + std::to_string(wanted) + " placeholders and was given " +
                           std::to_string(values.size()) + " values");
        return statement;
    }

    static int bind_all(sqlite3_stmt* handle, const sdk::DbValues& values) {
        for (std::size_t i = 0; i < values.size(); ++i)
            if (const int code = bind(handle, static_cast<int>(i) + 1, values[i]); code != SQLITE_OK) return code;
        return SQLITE_OK;
    }

    Outcome<std::int64_t> finish(sqlite3_stmt* handle) {
        const auto before = sqlite3_total_changes64(db_);
        int code = SQLITE_OK;
        while ((code = sqlite3_step(handle)) == SQLITE_ROW) {
        }
        if (code != SQLITE_DONE) return refusal(code);
        // DDL leaves the count of the statement before it.
        return sqlite3_total_changes64(db_) == before ? std::int64_t{0} : std::int64_t{sqlite3_changes64(db_)};
    }

    DriverError refusal(int code) {
        const int extended = sqlite3_extended_errcode(db_);
        auto error = sqlite_error((extended & 0xff) == (code & 0xff) ? extended : code, sqlite3_errmsg(db_));
        return noted(std::move(error));
    }

    static DriverError mistake(std::string words) {
        return DriverError{Trouble::failed, SQLITE_MISUSE, std::move(words)};
    }

    Poco::Data::Session session_;
    sqlite3* db_;
    sdk::Milliseconds lock_wait_;
    sdk::Milliseconds current_wait_{-1};
    Deadline deadline_ = Deadline::max();
    StatementCache<SqliteStatement> statements_;
};

Outcome<std::unique_ptr<Session>> set_up(std::unique_ptr<Session> session, const SqliteOptions& options) {
    for (const char* sql :
         {"PRAGMA journal_mode=WAL", options.durable ? "PRAGMA synchronous=NORMAL" : "PRAGMA synchronous=OFF",
          "PRAGMA foreign_keys=ON", "PRAGMA case_sensitive_like=ON", "PRAGMA temp_store=MEMORY",
          "PRAGMA journal_size_limit=67108864", "PRAGMA trusted_schema=OFF"}) {
        const auto done = session->run(sql, Deadline::max());
        if (!done) return done.error();
    }
    return session;
}

}  // namespace

Outcome<std::unique_ptr<Session>> open_sqlite_session(const SqliteOptions& options) {
    // POCO opens each file on a thread of its default pool, which is small.
    static std::mutex one_at_a_time;
    const std::lock_guard lock(one_at_a_time);
    try {
        Poco::Data::SQLite::Connector::registerConnector();
        Poco::Data::Session session(Poco::Data::SQLite::Connector::KEY, options.file.string());
        return set_up(std::make_unique<SqliteSession>(std::move(session), options.lock_wait), options);
    } catch (const Poco::Exception& refused) {
        auto error = sqlite_error(SQLITE_CANTOPEN, refused.displayText());
        error.session_lost = true;
        return error;
    }
}

}  // namespace whatsflow::data
