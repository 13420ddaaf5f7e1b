/// \file
/// A list as a file: every row that its filters find, every column, read a page at a time.
///
///     return list_as_file(spec, [=](const std::string& after) { return rows_after(after, kRowsInFile); });
#pragma once

#include "list_page.hpp"

#include <functional>

namespace whatsflow::admin {

inline constexpr int kRowsInTable = 50;
inline constexpr int kRowsInFile = 500;

/// Some rows and the cursor of the next ones, empty at the end.
struct ListRows {
    std::vector<ListRow> rows;
    std::string next{};
};

/// CSV with the rows' ids and the keys of the columns as its head; moments in RFC 3339.
/// `rows_after` runs on another thread after the handler returned and owns what it uses;
/// its context must have no deadline, as a download takes as long as its reader.
sdk::Response list_as_file(const ListSpec& spec,
                           std::function<sdk::Result<ListRows>(const std::string& after)> rows_after);

/// The context of a request without its deadline, for the above.
sdk::CallContext unhurried(sdk::CallContext context);

}  // namespace whatsflow::admin
