#include "staff_users.hpp"

#include "csv.hpp"
#include "search_words.hpp"
#include "staff_parts.hpp"

#include <whatsflow/sdk/slots.hpp>

#include <set>

namespace whatsflow::accounts {

using nlohmann::json;

namespace {

constexpr int kUsersShown = 50;
constexpr int kUsersAtOnce = 1000;
constexpr const char* kUsersPath = "/users";
constexpr const char* kSelectUsers =
    "SELECT id, email, name, name_key, phone, status, created_at, signed_in_at, totp_confirmed_at FROM accounts_users";

const std::vector<Ordering>& user_orderings() {
    static const auto& all = *new std::vector<Ordering>{{"created", "created_at", true, true},
                                                        {"name", "name_key"},
                                                        {"email", "email"},
                                                        {"signed_in", "signed_in_at", true, true}};
    return all;
}

const std::vector<std::string>& user_states() {
    static const auto& all = *new std::vector<std::string>{"active", "unverified", "suspended", "deleting"};
    return all;
}

/// What a search finds, in the order of the words. The state is looked at afterwards: a window
/// of words is read, not the table.
sdk::Result<KeysetPage> searched_users(const Office& office, const sdk::Request& request, const ListWish& wish) {
    constexpr int kWindow = 300;
    KeysetPage page;
    const auto hits = find_by_words(office.database(), request.context, "user", searched_words(wish.q), wish.after,
                                    wish.status.empty() ? kUsersShown + 1 : kWindow);
    if (!hits) return hits.error();
    const auto wanted = static_cast<std::size_t>(kUsersShown);
    std::string last;
    for (const auto& hit : hits->hits) {
        if (page.rows.size() == wanted) {
            page.older = last;
            return page;
        }
        last = hit.cursor;
        const auto row =
            office.database().query_one(request.context, std::string(kSelectUsers) + " WHERE id = ?", {hit.id});
        if (!row) return row.error();
        if (*row && (wish.status.empty() || (*row)->text("status") == wish.status)) page.rows.push_back(**row);
    }
    page.older = hits->next;
    if (page.older.empty() && hits->hits.size() == static_cast<std::size_t>(kWindow)) page.older = last;
    return page;
}

json user_row(const Office& office, const sdk::Request& request, const sdk::Row& row) {
    const auto id = row.text("id");
    const auto& locale = request.locale;
    const bool second = !row.is_null("totp_confirmed_at");
    return {{"id", id},
            {"row_label", row.text("name")},
            {"menu", false},
            {"cells",
             {cell(row.text("name"), {{"cell_path", "/users/" + id},
                                      {"is_row_link", true},
                                      {"cell_sub", row.text("email")},
                                      {"cell_initials", initials_of(row.text("name"))}}),
              cell(office.text(locale, "status." + row.text("status")), {{"cell_status", row.text("status")}}),
              instant_cell(row.integer("created_at"), ""),
              instant_cell(row.integer("signed_in_at"), office.text(locale, "staff.users.never")),
              cell(office.text(locale, second ? "staff.users.yes" : "staff.users.no"), {{"is_muted", !second}})}}};
}

json user_table(const Office& office, const sdk::Request& request, const ListWish& wish, const KeysetPage& page) {
    const auto& all = user_orderings();
    const auto label = [&](const char* name) {
        return office.text(request.locale, std::string("staff.users.columns.") + name);
    };
    json rows = json::array();
    for (const auto& row : page.rows) rows.push_back(user_row(office, request, row));
    auto filters = list_filters(office, request, wish, kUsersPath, "users", user_states());
    // The export is of a state, not of a search.
    if (wish.q.empty()) filters["export_path"] = wish.address("/users/export.csv", wish.ordering, wish.down, "");
    const auto link = [&](const char* name, const std::string& cursor) {
        if (cursor.empty()) return json(false);
        return json(
            wish.address(kUsersPath, wish.ordering, wish.down, std::string(name) + "=" + sdk::encode_url(cursor)));
    };
    json empty = false;
    if (rows.empty())
        empty = {{"icon", "users"},
                 {"title", office.text(request.locale, "staff.users.empty")},
                 {"text", office.text(request.locale, "staff.users.empty_text")},
                 {"action", false},
                 {"actions", json::array()}};
    return {
        {"caption", office.text(request.locale, "staff.users.caption")},
        {"filters", std::move(filters)},
        {"columns",
         {column(label("name"), kUsersPath, wish, &all[1]), column(label("status"), kUsersPath, wish, nullptr),
          column(label("created"), kUsersPath, wish, &all[0]), column(label("signed_in"), kUsersPath, wish, &all[3]),
          column(label("second_factor"), kUsersPath, wish, nullptr)}},
        {"bulk", false},
        {"has_menus", false},
        {"when_empty", std::move(empty)},
        {"newer_path", link("before", page.newer)},
        {"older_path", link("after", page.older)},
        {"shown_text", office.text(request.locale, "staff.users.shown", {{"count", std::to_string(page.rows.size())}})},
        {"rows", std::move(rows)}};
}

sdk::Result<sdk::Response> show_users(Office& office, const sdk::Request& request) {
    const auto wish = read_wish(request, user_orderings(), user_states());
    const auto page = wish.q.empty() ? keyset_page(office.database(), request.context, kSelectUsers, wish, kUsersShown)
                                     : searched_users(office, request, wish);
    if (!page) return page.error();
    return sdk::page("accounts/staff/users", {{"table", user_table(office, request, wish, *page)}});
}

std::string user_line(const sdk::Row& row) {
    const auto when = [&](const char* name) {
        const auto micros = row.integer(name);
        return micros == 0 ? std::string{} : sdk::to_rfc3339(sdk::from_micros(micros));
    };
    return csv_line({row.text("id"), row.text("email"), row.text("name"), row.text("phone"), row.text("status"),
                     when("created_at"), when("signed_in_at"), row.is_null("totp_confirmed_at") ? "no" : "yes"});
}

/// Reads on while the browser does: a million rows pass through, a thousand at a time.
sdk::Result<sdk::Response> export_users(Office& office, const sdk::Request& request) {
    auto wish = read_wish(request, user_orderings(), user_states());
    wish.q.clear();
    wish.after.clear();
    wish.before.clear();
    if (auto kept = audit_staff(office, office.database(), request,
                                {.action = "users.exported", .subject = {"users", "", wish.status}});
        !kept)
        return kept.error();
    sdk::CallContext context = request.context;
    context.deadline = sdk::CallContext::Deadline::max();
    auto next = [&office, context, wish, begun = false, ended = false]() mutable -> sdk::Result<std::string> {
        if (ended) return std::string{};
        std::string lines;
        if (!begun)
            lines = csv_line({"id", "email", "name", "phone", "status", "created_at", "signed_in_at", "two_factor"});
        begun = true;
        const auto page = keyset_page(office.database(), context, kSelectUsers, wish, kUsersAtOnce);
        if (!page) return page.error();
        for (const auto& row : page->rows) lines += user_line(row);
        wish.after = page->older;
        ended = page->older.empty();
        return lines;
    };
    return sdk::stream("text/csv; charset=utf-8", "users.csv", std::move(next));
}

}  // namespace

sdk::Result<void> register_staff_users(Office& office) {
    const sdk::NavigationEntry entry{sdk::Site::admin,      "people", "accounts.staff.nav_users", "users", kUsersPath,
                                     "accounts.users.read", 20};
    if (auto done = office.host().contribute(entry); !done) return done;
    return Routes(office, sdk::Site::admin)
        .get(kUsersPath, "accounts.users.read", "Users, searched and filtered", &show_users)
        .get("/users/export.csv", "accounts.users.read", "Users as a table for other programs", &export_users)
        .done();
}

}  // namespace whatsflow::accounts
