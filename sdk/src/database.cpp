#include <whatsflow/sdk/database.hpp>

#include <stdexcept>

namespace whatsflow::sdk {
namespace {

template <class T>
const T& expect(const DbValue& value, std::string_view column, const char* wanted) {
    if (const T* found = std::get_if<T>(&value.storage())) return *found;
    throw std::logic_error("column '" + std::string(column) + "' is " + (value.is_null() ? "NULL" : "not") + " " +
                           (value.is_null() ? "where " : "") + wanted + (value.is_null() ? " was expected" : ""));
}

}  // namespace

Row::Row(std::shared_ptr<const std::vector<std::string>> columns, DbValues values)
    : columns_(std::move(columns)), values_(std::move(values)) {}

const DbValue& Row::value(std::string_view column) const {
    for (std::size_t i = 0; i < columns_->size(); ++i)
        if ((*columns_)[i] == column) return values_[i];
    throw std::logic_error("the answer has no column '" + std::string(column) + "'");
}

std::int64_t Row::integer(std::string_view column) const {
    return expect<std::int64_t>(value(column), column, "an integer");
}

double Row::real(std::string_view column) const {
    const auto& found = value(column);
    if (const auto* whole = std::get_if<std::int64_t>(&found.storage())) return static_cast<double>(*whole);
    return expect<double>(found, column, "a number");
}

const std::string& Row::text(std::string_view column) const {
    return expect<std::string>(value(column), column, "text");
}

const std::string& Row::bytes(std::string_view column) const {
    return expect<Blob>(value(column), column, "bytes").bytes;
}

std::optional<std::int64_t> Row::maybe_integer(std::string_view column) const {
    return is_null(column) ? std::nullopt : std::optional(integer(column));
}

std::optional<std::string> Row::maybe_text(std::string_view column) const {
    return is_null(column) ? std::nullopt : std::optional(text(column));
}

Result<std::optional<Row>> SqlExecutor::query_one(const CallContext& context, std::string_view sql,
                                                  const DbValues& values) {
    auto rows = query(context, sql, values);
    if (!rows) return rows.error();
    if (rows->empty()) return std::optional<Row>{};
    return std::optional<Row>{std::move(rows->front())};
}

}  // namespace whatsflow::sdk
