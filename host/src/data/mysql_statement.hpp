/// \file
/// A prepared statement of the MariaDB client library with the variables it is bound to in
/// one object, and the rules by which a column becomes a value.
#pragma once

#include "data/session.hpp"

#include <mysql/mysql.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace whatsflow::data {

class MysqlStatement {
public:
    explicit MysqlStatement(MYSQL_STMT* handle) noexcept : handle_(handle) {}
    MysqlStatement(const MysqlStatement&) = delete;
    MysqlStatement& operator=(const MysqlStatement&) = delete;
    ~MysqlStatement() { mysql_stmt_close(handle_); }

    [[nodiscard]] MYSQL_STMT* handle() const noexcept { return handle_; }
    [[nodiscard]] std::size_t placeholders() const { return mysql_stmt_param_count(handle_); }

    /// Sends the values; they need not live longer than the call.
    [[nodiscard]] std::optional<DriverError> start(const sdk::DbValues& values);
    /// After start(): every row of the answer, or the refusal.
    [[nodiscard]] Outcome<std::vector<sdk::Row>> rows(std::size_t row_limit);
    /// After start(): how many rows changed; an answer, if there is one, is read and dropped.
    [[nodiscard]] std::int64_t changed();

private:
    enum class Kind { null, integer, unsigned_integer, real, text, blob, whole_decimal };

    /// Where one column of the current row arrives.
    struct Column {
        std::string name;
        Kind kind = Kind::null;
        std::int64_t integer = 0;
        double real = 0;
        std::vector<char> bytes;
        unsigned long length = 0;
        my_bool is_null = 0;
        my_bool is_cut = 0;
    };

    [[nodiscard]] DriverError refusal() const;
    [[nodiscard]] std::optional<DriverError> bind_columns();
    static std::optional<Kind> kind_of(const MYSQL_FIELD& field) noexcept;
    [[nodiscard]] Outcome<sdk::DbValue> value_of(unsigned index);
    [[nodiscard]] Outcome<std::string> bytes_of(unsigned index);

    MYSQL_STMT* handle_;
    std::vector<Column> columns_;
    std::shared_ptr<const std::vector<std::string>> names_;
};

}  // namespace whatsflow::data
