#include "data/mysql_statement.hpp"

#include <mysql/mysqld_error.h>

#include <charconv>
#include <limits>

namespace whatsflow::data {
namespace {

constexpr std::size_t kShortText = 256;  // longer values are fetched in a second look at the row
constexpr unsigned kBinary = 63;         // the character set of bytes that are no text

DriverError unsupported(const std::string& column, const char* what) {
    return DriverError{Trouble::failed, 0, "column '" + column + "' " + what};
}

void point(MYSQL_BIND& to, enum_field_types type, const void* data, std::size_t size) {
    to.buffer_type = type;
    to.buffer = const_cast<void*>(data);  // the library only reads what is sent
    to.buffer_length = static_cast<unsigned long>(size);
}

struct FreeResult {
    MYSQL_STMT* handle;
    ~FreeResult() { mysql_stmt_free_result(handle); }
};

}  // namespace

DriverError MysqlStatement::refusal() const {
    // An error between two rows is noted at the connection only.
    if (mysql_stmt_errno(handle_) != 0) return mysql_error(mysql_stmt_errno(handle_), mysql_stmt_error(handle_));
    return mysql_error(mysql_errno(handle_->mysql), ::mysql_error(handle_->mysql));
}

std::optional<DriverError> MysqlStatement::start(const sdk::DbValues& values) {
    std::vector<MYSQL_BIND> binds(values.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
        struct Visitor {
            MYSQL_BIND& to;
            void operator()(std::monostate) const { to.buffer_type = MYSQL_TYPE_NULL; }
            void operator()(const std::int64_t& v) const { point(to, MYSQL_TYPE_LONGLONG, &v, sizeof v); }
            void operator()(const double& v) const { point(to, MYSQL_TYPE_DOUBLE, &v, sizeof v); }
            void operator()(const std::string& v) const { point(to, MYSQL_TYPE_STRING, v.data(), v.size()); }
            void operator()(const sdk::Blob& v) const { point(to, MYSQL_TYPE_BLOB, v.bytes.data(), v.bytes.size()); }
        };
        std::visit(Visitor{binds[i]}, values[i].storage());
    }
    if (!binds.empty() && mysql_stmt_bind_param(handle_, binds.data()) != 0) return refusal();
    if (mysql_stmt_execute(handle_) != 0) return refusal();
    return std::nullopt;
}

std::int64_t MysqlStatement::changed() {
    const FreeResult at_the_end{handle_};
    const auto count = mysql_stmt_affected_rows(handle_);
    return count == std::numeric_limits<my_ulonglong>::max() ? 0 : static_cast<std::int64_t>(count);
}

std::optional<MysqlStatement::Kind> MysqlStatement::kind_of(const MYSQL_FIELD& field) noexcept {
    switch (field.type) {
        case MYSQL_TYPE_NULL: return Kind::null;
        case MYSQL_TYPE_TINY:
        case MYSQL_TYPE_SHORT:
        case MYSQL_TYPE_INT24:
        case MYSQL_TYPE_LONG:
        case MYSQL_TYPE_LONGLONG:
        case MYSQL_TYPE_YEAR: return (field.flags & UNSIGNED_FLAG) != 0 ? Kind::unsigned_integer : Kind::integer;
        case MYSQL_TYPE_FLOAT:
        case MYSQL_TYPE_DOUBLE: return Kind::real;
        // SUM() of a BIGINT is a DECIMAL without a fraction; a real DECIMAL has no exact type here.
        case MYSQL_TYPE_DECIMAL:
        case MYSQL_TYPE_NEWDECIMAL: return field.decimals == 0 ? std::optional(Kind::whole_decimal) : std::nullopt;
        case MYSQL_TYPE_DATE:
        case MYSQL_TYPE_TIME:
        case MYSQL_TYPE_DATETIME:
        case MYSQL_TYPE_TIMESTAMP: return Kind::text;
        case MYSQL_TYPE_VARCHAR:
        case MYSQL_TYPE_VAR_STRING:
        case MYSQL_TYPE_STRING:
        case MYSQL_TYPE_ENUM:
        case MYSQL_TYPE_SET:
        case MYSQL_TYPE_TINY_BLOB:
        case MYSQL_TYPE_BLOB:
        case MYSQL_TYPE_MEDIUM_BLOB:
        case MYSQL_TYPE_LONG_BLOB: return field.charsetnr == kBinary ? Kind::blob : Kind::text;
        case MYSQL_TYPE_JSON: return Kind::text;
        default: return std::nullopt;
    }
}

// Done for every execution: the table may have been altered since the last one.
std::optional<DriverError> MysqlStatement::bind_columns() {
    const std::unique_ptr<MYSQL_RES, void (*)(MYSQL_RES*)> meta(mysql_stmt_result_metadata(handle_),
                                                                &mysql_free_result);
    if (!meta) return DriverError{Trouble::failed, 0, "the statement has no answer: use execute"};
    const auto count = mysql_num_fields(meta.get());
    const auto* fields = mysql_fetch_fields(meta.get());

    bool same = names_ && names_->size() == count;
    for (unsigned i = 0; same && i < count; ++i) same = (*names_)[i] == fields[i].name;
    columns_.resize(count);
    std::vector<MYSQL_BIND> binds(count);
    for (unsigned i = 0; i < count; ++i) {
        auto& column = columns_[i];
        column.name = fields[i].name;
        const auto kind = kind_of(fields[i]);
        if (!kind)
            return unsupported(
                column.name,
                "is a DECIMAL, BIT or GEOMETRY: money is BIGINT minor units; CAST(… AS DOUBLE) or AS CHAR");
        column.kind = *kind;
        auto& to = binds[i];
        switch (column.kind) {
            case Kind::null: to.buffer_type = MYSQL_TYPE_NULL; break;
            case Kind::integer:
            case Kind::unsigned_integer:
                point(to, MYSQL_TYPE_LONGLONG, &column.integer, sizeof column.integer);
                to.is_unsigned = column.kind == Kind::unsigned_integer;
                break;
            case Kind::real: point(to, MYSQL_TYPE_DOUBLE, &column.real, sizeof column.real); break;
            case Kind::text:
            case Kind::blob:
            case Kind::whole_decimal:
                column.bytes.resize(kShortText);
                point(to, MYSQL_TYPE_STRING, column.bytes.data(), column.bytes.size());
                break;
        }
        to.length = &column.length;
        to.is_null = &column.is_null;
        to.error = &column.is_cut;
    }
    if (!same) {
        auto names = std::make_shared<std::vector<std::string>>();
        for (const auto& column : columns_) names->push_back(column.name);
        names_ = std::move(names);
    }
    if (mysql_stmt_bind_result(handle_, binds.data()) != 0) return refusal();
    return std::nullopt;
}

Outcome<std::string> MysqlStatement::bytes_of(unsigned index) {
    auto& column = columns_[index];
    if (column.length <= column.bytes.size()) return std::string(column.bytes.data(), column.length);
    std::string whole(column.length, '\0');
    MYSQL_BIND to{};
    point(to, MYSQL_TYPE_STRING, whole.data(), whole.size());
    unsigned long length = 0;
    my_bool is_null = 0;
    my_bool is_cut = 0;
    to.length = &length;
    to.is_null = &is_null;
    to.error = &is_cut;
    if (mysql_stmt_fetch_column(handle_, &to, index, 0) != 0) return refusal();
    return whole;
}

Outcome<sdk::DbValue> MysqlStatement::value_of(unsigned index) {
    const auto& column = columns_[index];
    if (column.is_null != 0) return sdk::DbValue();
    switch (column.kind) {
        case Kind::null: return sdk::DbValue();
        case Kind::unsigned_integer:
            if (column.integer < 0) return unsupported(column.name, "holds a number beyond 63 bits");
            [[fallthrough]];
        case Kind::integer: return sdk::DbValue(static_cast<long long>(column.integer));
        case Kind::real: return sdk::DbValue(column.real);
        case Kind::text:
        case Kind::blob:
        case Kind::whole_decimal: break;
    }
    auto bytes = bytes_of(index);
    if (!bytes) return bytes.error();
    if (column.kind == Kind::text) return sdk::DbValue(std::move(*bytes));
    if (column.kind == Kind::blob) return sdk::DbValue(sdk::Blob{std::move(*bytes)});
    std::int64_t whole = 0;
    const auto* end = (*bytes).data() + (*bytes).size();
    const auto [stop, problem] = std::from_chars((*bytes).data(), end, whole);
    if (problem != std::errc{} || stop != end) return unsupported(column.name, "holds a number beyond 63 bits");
    return sdk::DbValue(static_cast<long long>(whole));
}

Outcome<std::vector<sdk::Row>> MysqlStatement::rows(std::size_t row_limit) {
    const FreeResult at_the_end{handle_};
    if (const auto problem = bind_columns()) return *problem;
    std::vector<sdk::Row> rows;
    for (;;) {
        const int fetched = mysql_stmt_fetch(handle_);
        if (fetched == MYSQL_NO_DATA) return rows;
        if (fetched != 0 && fetched != MYSQL_DATA_TRUNCATED) return refusal();
        if (rows.size() == row_limit) return DriverError{Trouble::failed, kTooManyRows, "too many rows"};
        sdk::DbValues row;
        row.reserve(columns_.size());
        for (unsigned i = 0; i < columns_.size(); ++i) {
            auto value = value_of(i);
            if (!value) return value.error();
            row.push_back(std::move(*value));
        }
        rows.emplace_back(names_, std::move(row));
    }
}

}  // namespace whatsflow::data
