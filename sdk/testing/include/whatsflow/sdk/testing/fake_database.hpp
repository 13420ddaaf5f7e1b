/// \file
/// Databases for tests that are not about SQL. Neither understands a statement: a test of
/// SQL belongs on a real database.
#pragma once

#include <whatsflow/sdk/database.hpp>

#include <deque>
#include <initializer_list>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace whatsflow::sdk::testing {

/// Answers everything with `database.unavailable`: what a plugin must survive.
class UnavailableDatabase final : public Database {
public:
    Result<std::vector<Row>> query(const CallContext&, std::string_view, const DbValues& = {}) override;
    Result<std::int64_t> execute(const CallContext&, std::string_view, const DbValues& = {}) override;
    Dialect dialect() const noexcept override { return Dialect::sqlite; }
    Result<void> transaction(const CallContext&, const std::function<Result<void>(Transaction&)>&) override;
};

struct Statement {
    std::string sql;
    DbValues values;
    bool in_transaction = false;
};

/// Plays answers from a script and keeps every statement. A statement that no script line
/// fits finds no rows and changes none. [thread-safe]
class ScriptedDatabase final : public Database {
public:
    explicit ScriptedDatabase(Dialect dialect = Dialect::sqlite) : dialect_(dialect) {}

    /// The next query whose text contains `part` gets these rows.
    void rows(std::string part, std::vector<Row> rows);
    /// The next execute whose text contains `part` reports this many changed rows.
    void changes(std::string part, std::int64_t count);
    /// The next statement whose text contains `part` fails.
    void fail(std::string part, Error error);

    std::vector<Statement> statements() const;
    std::size_t commits() const;
    std::size_t rollbacks() const;

    Result<std::vector<Row>> query(const CallContext&, std::string_view sql, const DbValues& values = {}) override;
    Result<std::int64_t> execute(const CallContext&, std::string_view sql, const DbValues& values = {}) override;
    Dialect dialect() const noexcept override { return dialect_; }
    Result<void> transaction(const CallContext&, const std::function<Result<void>(Transaction&)>& body) override;

private:
    class OpenTransaction;
    struct Scripted {
        enum class Kind { rows, changes, error } kind;
        std::string part;
        std::vector<Row> rows;
        std::int64_t changes;
        Error error;
    };
    Result<std::vector<Row>> run_query(std::string_view sql, const DbValues& values, bool in_transaction);
    Result<std::int64_t> run_execute(std::string_view sql, const DbValues& values, bool in_transaction);
    std::optional<Scripted> take(Scripted::Kind wanted, std::string_view sql);

    Dialect dialect_;
    mutable std::mutex mutex_;
    std::deque<Scripted> script_;
    std::vector<Statement> statements_;
    std::size_t commits_ = 0;
    std::size_t rollbacks_ = 0;
};

/// One row, column by column.
Row row(std::initializer_list<std::pair<std::string, DbValue>> columns);

}  // namespace whatsflow::sdk::testing
