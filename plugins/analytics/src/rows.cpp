#include "rows.hpp"

#include <algorithm>
#include <iterator>

namespace whatsflow::analytics {

std::string places(std::size_t count) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i) text += i == 0 ? "?" : ", ?";
    return text;
}

sdk::Result<void> query_in_pieces(sdk::SqlExecutor& where, const sdk::CallContext& context, const std::string& sql,
                                  const sdk::DbValues& fixed, const std::vector<sdk::DbValue>& asked,
                                  const std::function<void(const sdk::Row&)>& use) {
    constexpr std::size_t kAsked = 64;
    for (std::size_t done = 0; done < asked.size(); done += kAsked) {
        auto values = fixed;
        for (std::size_t i = 0; i < kAsked; ++i) values.push_back(asked[std::min(done + i, asked.size() - 1)]);
        const auto rows = where.query(context, sql + " (" + places(kAsked) + ")", values);
        if (!rows) return rows.error();
        for (const auto& row : *rows) use(row);
    }
    return sdk::ok();
}

sdk::Result<void> insert_rows(sdk::SqlExecutor& where, const sdk::CallContext& context, std::string_view head,
                              std::size_t columns, std::string_view tail, const std::vector<sdk::DbValues>& rows) {
    std::size_t done = 0;
    // MariaDB pays for each round trip, SQLite for nothing of it.
    for (const std::size_t piece : {std::size_t{64}, std::size_t{8}, std::size_t{1}}) {
        if (rows.size() - done < piece) continue;
        const auto group = "(" + places(columns) + ")";
        std::string sql(head);
        for (std::size_t i = 0; i < piece; ++i) sql += (i == 0 ? "" : ", ") + group;
        sql += tail;
        for (; rows.size() - done >= piece; done += piece) {
            sdk::DbValues values;
            values.reserve(piece * columns);
            for (std::size_t i = 0; i < piece; ++i) std::ranges::copy(rows[done + i], std::back_inserter(values));
            if (auto stored = where.execute(context, sql, values); !stored) return stored.error();
        }
    }
    return sdk::ok();
}

std::string on_conflict(sdk::Dialect dialect, std::string_view table, const std::vector<std::string>& keys,
                        const std::vector<std::string>& added, const std::vector<std::string>& replaced) {
    const bool lite = dialect == sdk::Dialect::sqlite;
    std::string text = lite ? " ON CONFLICT (" : " ON DUPLICATE KEY UPDATE ";
    if (lite && keys.empty()) text = " ON CONFLICT DO UPDATE SET ";
    if (lite && !keys.empty()) {
        for (const auto& key : keys) text += (key == keys.front() ? "" : ", ") + key;
        text += ") DO UPDATE SET ";
    }
    const auto fresh = [&](const std::string& column) {
        return lite ? "excluded." + column : "VALUES(" + column + ")";
    };
    bool first = true;
    for (const auto& column : added) {
        text += (first ? "" : ", ") + column + " = " + std::string(table) + "." + column + " + " + fresh(column);
        first = false;
    }
    for (const auto& column : replaced) {
        text += (first ? "" : ", ") + column + " = " + fresh(column);
        first = false;
    }
    return text;
}

}  // namespace whatsflow::analytics
