#include "staff_search.hpp"

#include "search_words.hpp"

#include <whatsflow/sdk/slots.hpp>

namespace whatsflow::accounts {

using nlohmann::json;

namespace {

constexpr int kMostResults = 10;

struct SearchedTable {
    const char* kind;
    const char* sql;  ///< `title` and `text` of one row by id
    const char* path;
    const char* icon;
    const char* permission;
    int order;
};

constexpr SearchedTable kSearched[] = {
    {"tenant", "SELECT name AS title, slug AS text FROM accounts_tenants WHERE id = ?", "/tenants/", "building-2",
     "accounts.tenants.read", 10},
    {"user", "SELECT name AS title, email AS text FROM accounts_users WHERE id = ?", "/users/", "user",
     "accounts.users.read", 20}};

sdk::Result<sdk::View> search(const Office& office, const SearchedTable& table, const sdk::Request& request) {
    auto& database = office.database();
    const auto found =
        find_by_words(database, request.context, table.kind, searched_words(request.query.get("q")), "", kMostResults);
    if (!found) return found.error();
    json results = json::array();
    for (const auto& hit : found->hits) {
        const auto row = database.query_one(request.context, table.sql, {hit.id});
        if (!row) return row.error();
        if (!*row) continue;
        results.push_back({{"title", (*row)->text("title")},
                           {"text", (*row)->text("text")},
                           {"path", table.path + hit.id},
                           {"icon", table.icon}});
    }
    return sdk::View{"", {{"results", std::move(results)}}};
}

}  // namespace

sdk::Result<void> register_staff_search(Office& office) {
    for (const auto& table : kSearched) {
        const sdk::SearchSource source{
            sdk::Site::admin,
            "accounts." + std::string(table.kind) + "s",
            "accounts.staff.search_" + std::string(table.kind) + "s",
            table.permission,
            table.order,
            [&office, &table](const sdk::Request& request) { return search(office, table, request); }};
        if (auto done = office.host().contribute(source); !done) return done;
    }
    return sdk::ok();
}

}  // namespace whatsflow::accounts
