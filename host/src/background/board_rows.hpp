/// \file
/// Rows of the database as the staff's lists show them: instants as RFC 3339, a page with the
/// cursor to go on from.
#pragma once

#include <whatsflow/sdk/database.hpp>
#include <whatsflow/sdk/operations.hpp>

#include <functional>

namespace whatsflow::background {

/// Null where the column is NULL.
nlohmann::json instant_json(const sdk::Row& row, std::string_view column);
/// The stored JSON, or the text itself when it is none.
nlohmann::json stored_json(const sdk::Row& row, std::string_view column);

/// How many rows to ask for: one more than shown, to know whether there are more.
int rows_to_read(const sdk::ListWindow& window);
/// `row_json` makes a row with its `cursor`.
sdk::ListPage page_of(const std::vector<sdk::Row>& rows, const sdk::ListWindow& window,
                      const std::function<nlohmann::json(const sdk::Row&)>& row_json);

}  // namespace whatsflow::background
