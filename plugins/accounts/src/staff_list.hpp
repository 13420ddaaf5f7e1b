/// \file
/// What the staff's lists of users and of tenants have in common: columns to choose from,
/// filters, saved views, order, pages, CSV. Everything that is shown is in the address.
///
///     const auto wish = read_staff_wish(office, request, list);
///     const auto page = read(request.context, wish, kShownInList);
///     model["table"] = staff_list_model(office, request, list, wish, *page, rows);
#pragma once

#include "keyset.hpp"
#include "office.hpp"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace whatsflow::accounts {

inline constexpr int kShownInList = 50;

struct StaffColumn {
    const char* key;                 ///< text `staff.<kind>.columns.<key>`
    const char* ordering = nullptr;  ///< name of the ordering that it sorts by
    bool hidden_at_first = false;
    bool is_of_plans = false;  ///< shown where somebody bills
};

struct StaffList {
    const char* kind;  ///< `users`, `tenants`: part of its texts
    const char* path;
    const char* icon;
    std::vector<StaffColumn> columns;
    std::vector<Ordering> orderings;
    std::vector<std::string> states;
    bool has_bulk = false;
};

struct StaffRow {
    std::string id;
    std::string label;
    std::map<std::string, nlohmann::json> cells;  ///< by key of the column
};

/// A page of rows; a plan or a search may need other ways than an index.
using ReadPage = std::function<sdk::Result<KeysetPage>(const sdk::CallContext&, const ListWish&, int limit)>;

ListWish read_staff_wish(const Office& office, const sdk::Request& request, const StaffList& list);

/// For the theme's data_table and list_views.
nlohmann::json staff_list_model(const Office& office, const sdk::Request& request, const StaffList& list,
                                const ListWish& wish, const KeysetPage& page, const std::vector<StaffRow>& rows);

/// What a search finds, in the order of its words. What else is wished for is looked at
/// afterwards: a window of words is read, not the table.
struct WordSearch {
    const char* kind;  ///< `user`, `tenant`
    std::string select;
    std::function<sdk::Result<bool>(const sdk::Row&)> fits;
};
sdk::Result<KeysetPage> searched_page(const Office& office, const sdk::CallContext& context, const ListWish& wish,
                                      int limit, const WordSearch& search);

/// The whole list as a file, a thousand rows at a time, while the browser reads.
sdk::Response csv_of_list(const sdk::CallContext& context, const std::string& filename,
                          const std::vector<std::string>& header, ListWish wish, ReadPage read,
                          std::function<std::string(const sdk::Row&)> line);

}  // namespace whatsflow::accounts
