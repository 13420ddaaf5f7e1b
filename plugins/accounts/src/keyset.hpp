/// \file
/// Long lists, a page at a time, by cursor: each page reads as many index entries as it shows,
/// wherever in the list it is.
#pragma once

#include <whatsflow/sdk/database.hpp>
#include <whatsflow/sdk/http.hpp>

#include <string>
#include <vector>

namespace whatsflow::accounts {

/// A column that a list can be ordered by; there is an index that begins with it, and one that
/// begins with the filter's column and it.
struct Ordering {
    const char* name;    ///< in the address
    const char* column;  ///< in the table
    bool is_number = false;
    bool down_first = false;  ///< largest first unless asked otherwise
};

/// What the address asked for.
struct ListWish {
    std::string q;
    std::string status;
    std::string plan;                  ///< its code
    std::vector<std::string> columns;  ///< those that were chosen; none: as the list begins
    Ordering ordering;
    bool down = false;
    std::string after;   ///< cursor: rows after this one
    std::string before;  ///< cursor: rows before this one

    /// The address of the same list, other order or other page.
    std::string address(const std::string& path, const Ordering& by, bool downwards, const std::string& page) const;
    bool is_filtered() const { return !q.empty() || !status.empty() || !plan.empty(); }
};

ListWish read_wish(const sdk::Request& request, const std::vector<Ordering>& orderings,
                   const std::vector<std::string>& states);

struct KeysetPage {
    std::vector<sdk::Row> rows;
    std::string newer;  ///< cursor of the first row when there are rows before it
    std::string older;  ///< cursor of the last row when there are rows after it
};

/// `select` ends before WHERE and names the ordering's column and `id`.
sdk::Result<KeysetPage> keyset_page(sdk::SqlExecutor& where, const sdk::CallContext& context, const std::string& select,
                                    const ListWish& wish, int limit);

}  // namespace whatsflow::accounts
