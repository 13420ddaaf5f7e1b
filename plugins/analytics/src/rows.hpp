/// \file
/// Many rows by few statements, the same ones every time, so that they stay prepared.
#pragma once

#include <whatsflow/sdk/database.hpp>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace whatsflow::analytics {

/// `head (…) VALUES ` is written once, then as many `(?, …)` as fit, then `tail`:
///
///     insert_rows(tx, context, "INSERT INTO analytics_days (site, …) VALUES ", 11, tail, rows);
sdk::Result<void> insert_rows(sdk::SqlExecutor& where, const sdk::CallContext& context, std::string_view head,
                              std::size_t columns, std::string_view tail, const std::vector<sdk::DbValues>& rows);

/// `?, ?, ?`
std::string places(std::size_t count);

/// Runs `sql` with a list of values at its end, always of the same length, as often as there are values:
///
///     query_in_pieces(tx, context, "SELECT id FROM … WHERE site = ? AND id IN", {site}, ids, [&](const Row& row) {…});
sdk::Result<void> query_in_pieces(sdk::SqlExecutor& where, const sdk::CallContext& context, const std::string& sql,
                                  const sdk::DbValues& fixed, const std::vector<sdk::DbValue>& asked,
                                  const std::function<void(const sdk::Row&)>& use);

/// `ON CONFLICT (keys) DO UPDATE SET a = a + excluded.a, b = excluded.b` in the database's own words.
/// `added` grow by the new value, `replaced` take it.
std::string on_conflict(sdk::Dialect dialect, std::string_view table, const std::vector<std::string>& keys,
                        const std::vector<std::string>& added, const std::vector<std::string>& replaced);

}  // namespace whatsflow::analytics
