/// \file
/// The database, SQLite or MariaDB, behind one interface.
///
///     auto rows = host.database().query(
///         context, "SELECT id, topic FROM landing_contact_messages WHERE status = ?", {"open"});
///     if (!rows) return rows.error();
///     for (const Row& row : *rows) use(row.text("id"), row.text("topic"));
///
///     auto done = host.database().transaction(context, [&](Transaction& tx) -> Result<void> {
///         auto changed = tx.execute(context, "UPDATE … WHERE id = ? AND version = ?", {id, version});
///         if (!changed) return changed.error();
///         return ok();                      // commit; an error or an exception rolls back
///     });
///
/// Statements use `?` placeholders only: values are never spliced into SQL. A plugin's
/// tables carry its prefix, and no plugin touches another's tables. Portable SQL works on
/// both; where it cannot, migrations come as a pair and `dialect()` decides.
///
/// A table with a column `tenant_id` belongs to tenants. A statement that names one runs only
/// with `:tenant` in it, which the host binds to the context's tenant,
///
///     database.query(context, "SELECT id FROM crm_contacts WHERE tenant_id = :tenant AND name = ?", {name});
///
/// or with a context made by across_tenants(). Anything else is the error
/// `database.unscoped`, before the database sees it.
#pragma once

#include <whatsflow/sdk/call_context.hpp>
#include <whatsflow/sdk/result.hpp>
#include <whatsflow/sdk/time.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace whatsflow::sdk {

/// Bytes that are not text.
struct Blob {
    std::string bytes;
    bool operator==(const Blob&) const = default;
};

/// A value going in or out. Money is minor units, an instant is microseconds: see Row.
class DbValue {
public:
    using Storage = std::variant<std::monostate, std::int64_t, double, std::string, Blob>;

    DbValue() = default;  ///< NULL
    DbValue(std::nullptr_t) {}
    DbValue(bool value) : storage_(std::int64_t{value}) {}
    DbValue(int value) : storage_(std::int64_t{value}) {}
    DbValue(long value) : storage_(std::int64_t{value}) {}
    DbValue(long long value) : storage_(std::int64_t{value}) {}
    DbValue(unsigned value) : storage_(std::int64_t{value}) {}
    DbValue(double value) : storage_(value) {}
    DbValue(const char* value) : storage_(std::string(value)) {}
    DbValue(std::string_view value) : storage_(std::string(value)) {}
    DbValue(std::string value) : storage_(std::move(value)) {}
    DbValue(Blob value) : storage_(std::move(value)) {}
    DbValue(Instant value) : storage_(to_micros(value)) {}
    template <class T>
    DbValue(const std::optional<T>& value) {
        if (value) *this = DbValue(*value);
    }

    bool is_null() const noexcept { return storage_.index() == 0; }
    const Storage& storage() const noexcept { return storage_; }
    bool operator==(const DbValue&) const = default;

private:
    Storage storage_;
};

using DbValues = std::vector<DbValue>;

/// One row of an answer. Asking for a column that is not there, or a NULL as a plain value,
/// is a mistake of the program: both throw std::logic_error, which becomes a fault with the
/// column's name in the log.
class Row {
public:
    Row(std::shared_ptr<const std::vector<std::string>> columns, DbValues values);

    const DbValue& value(std::string_view column) const;
    bool is_null(std::string_view column) const { return value(column).is_null(); }
    std::int64_t integer(std::string_view column) const;
    double real(std::string_view column) const;
    const std::string& text(std::string_view column) const;
    const std::string& bytes(std::string_view column) const;
    bool boolean(std::string_view column) const { return integer(column) != 0; }
    Instant instant(std::string_view column) const { return from_micros(integer(column)); }
    std::optional<std::int64_t> maybe_integer(std::string_view column) const;
    std::optional<std::string> maybe_text(std::string_view column) const;

    const std::vector<std::string>& columns() const { return *columns_; }
    const DbValues& values() const { return values_; }

private:
    std::shared_ptr<const std::vector<std::string>> columns_;
    DbValues values_;
};

enum class Dialect { sqlite, mysql };

/// What a database or an open transaction can do. Errors: `database.unavailable` (retry
/// later), `database.duplicate` (a unique key says no), `database.busy` (deadlock or lock
/// wait: run the transaction again), `database.constraint`, `database.failed`.
class SqlExecutor {
public:
    /// At most `kMaxRows` rows; more is the error `database.too_many_rows`: page by cursor.
    virtual Result<std::vector<Row>> query(const CallContext& context, std::string_view sql,
                                           const DbValues& values = {}) = 0;
    /// Rows changed. MariaDB counts rows whose values really changed, not rows found: never
    /// conclude "not found" from 0; add `version = version + 1` to tell.
    virtual Result<std::int64_t> execute(const CallContext& context, std::string_view sql,
                                         const DbValues& values = {}) = 0;
    virtual Dialect dialect() const noexcept = 0;

    /// The first row, or nothing.
    Result<std::optional<Row>> query_one(const CallContext& context, std::string_view sql,
                                         const DbValues& values = {});

    static constexpr std::size_t kMaxRows = 100'000;

protected:
    virtual ~SqlExecutor();
};

/// An open transaction. Lives on one thread, inside Database::transaction only.
class Transaction : public SqlExecutor {
public:
    /// Runs after the commit, on the same thread; not at all after a rollback.
    virtual void after_commit(std::function<void()> action) = 0;

protected:
    ~Transaction() override;
};

/// [thread-safe] Calls block: use them on pool, job and event threads, never on the loop.
class Database : public SqlExecutor {
public:
    /// Runs `body` in a transaction and commits when it returns ok. `database.busy` is
    /// retried up to three times, so `body` must be safe to run again.
    virtual Result<void> transaction(const CallContext& context,
                                     const std::function<Result<void>(Transaction&)>& body) = 0;

protected:
    ~Database() override;
};

}  // namespace whatsflow::sdk
