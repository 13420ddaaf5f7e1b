#include "keyset.hpp"

#include <algorithm>
#include <charconv>

namespace whatsflow::accounts {
namespace {

constexpr std::size_t kLongestSearch = 100;
constexpr std::size_t kLongestCursor = 400;

sdk::DbValue value_of(const Ordering& ordering, const std::string& text) {
    if (!ordering.is_number) return text;
    std::int64_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

std::string cursor_of(const Ordering& ordering, const sdk::Row& row) {
    const auto value =
        ordering.is_number ? std::to_string(row.integer(ordering.column)) : std::string(row.text(ordering.column));
    return value + "|" + row.text("id");
}

}  // namespace

std::string ListWish::address(const std::string& path, const Ordering& by, bool downwards,
                              const std::string& page) const {
    std::string query;
    const auto add = [&query](const std::string& name, const std::string& value) {
        if (!value.empty()) query += (query.empty() ? "?" : "&") + name + "=" + sdk::encode_url(value);
    };
    add("q", q);
    add("status", status);
    add("plan", plan);
    for (const auto& column : columns) add("column", column);
    add("sort", by.name);
    add("dir", downwards ? "down" : "up");
    if (!page.empty()) query += "&" + page;
    return path + query;
}

ListWish read_wish(const sdk::Request& request, const std::vector<Ordering>& orderings,
                   const std::vector<std::string>& states) {
    ListWish wish;
    wish.q = request.query.get("q").substr(0, kLongestSearch);
    wish.status = request.query.get("status");
    if (std::ranges::find(states, wish.status) == states.end()) wish.status.clear();
    wish.ordering = orderings.front();
    const auto sort = request.query.get("sort");
    for (const auto& ordering : orderings)
        if (sort == ordering.name) wish.ordering = ordering;
    const auto direction = request.query.get("dir");
    wish.down = direction.empty() ? wish.ordering.down_first : direction == "down";
    wish.after = request.query.get("after").substr(0, kLongestCursor);
    wish.before = request.query.get("before").substr(0, kLongestCursor);
    return wish;
}

sdk::Result<KeysetPage> keyset_page(sdk::SqlExecutor& where, const sdk::CallContext& context, const std::string& select,
                                    const ListWish& wish, int limit) {
    const bool backwards = wish.after.empty() && !wish.before.empty();
    const bool down = wish.down != backwards;
    const auto& cursor = backwards ? wish.before : wish.after;
    const std::string column = wish.ordering.column;
    std::string sql = select + " WHERE ";
    sdk::DbValues values;
    if (!wish.status.empty()) {
        sql += "status = ? AND ";
        values.emplace_back(wish.status);
    }
    if (const auto bar = cursor.rfind('|'); bar != std::string::npos) {
        const auto value = value_of(wish.ordering, cursor.substr(0, bar));
        const std::string sign = down ? "<" : ">";
        sql += column + " " + sign + "= ? AND (" + column + " " + sign + " ? OR id " + sign + " ?) AND ";
        values.insert(values.end(), {value, value, cursor.substr(bar + 1)});
    }
    const std::string direction = down ? " DESC" : "";
    sql += "1 = 1 ORDER BY " + column + direction + ", id" + direction + " LIMIT ?";
    values.emplace_back(limit + 1);
    auto rows = where.query(context, sql, values);
    if (!rows) return rows.error();

    KeysetPage page;
    page.rows = std::move(*rows);
    const bool more = page.rows.size() > static_cast<std::size_t>(limit);
    if (more) page.rows.pop_back();
    if (backwards) std::ranges::reverse(page.rows);
    if (page.rows.empty()) return page;
    if (backwards ? more : !cursor.empty()) page.newer = cursor_of(wish.ordering, page.rows.front());
    if (backwards || more) page.older = cursor_of(wish.ordering, page.rows.back());
    return page;
}

}  // namespace whatsflow::accounts
