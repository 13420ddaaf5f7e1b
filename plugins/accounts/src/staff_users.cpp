#include "staff_users.hpp"

#include "csv.hpp"
#include "plans.hpp"
#include "staff_bulk.hpp"
#include "staff_list.hpp"
#include "staff_parts.hpp"
#include "staff_user_actions.hpp"
#include "tenants.hpp"

#include <whatsflow/sdk/slots.hpp>

#include <set>

namespace whatsflow::accounts {

using nlohmann::json;

namespace {

constexpr const char* kUsersPath = "/users";
constexpr const char* kUserColumns =
    "u.id, u.email, u.name, u.name_key, u.phone, u.locale, u.status, u.created_at, u.signed_in_at, u.totp_confirmed_at";

std::string select_users() {
    return "SELECT " + std::string(kUserColumns) + " FROM accounts_users u";
}

const StaffList& user_list() {
    static const auto& list = *new StaffList{"users",
                                             kUsersPath,
                                             "users",
                                             {{"name", "name"},
                                              {"email", "email", true},
                                              {"phone", nullptr, true},
                                              {"status"},
                                              {"created", "created"},
                                              {"signed_in", "signed_in"},
                                              {"second_factor"},
                                              {"locale", nullptr, true}},
                                             {{"created", "created_at", true, true},
                                              {"name", "name_key"},
                                              {"email", "email"},
                                              {"signed_in", "signed_in_at", true, true}},
                                             {"active", "unverified", "suspended", "deleting"}};
    return list;
}

sdk::Result<bool> is_on_plan(const Office& office, const sdk::CallContext& context, const std::string& user,
                             const std::string& plan) {
    const auto homes = memberships_of(office.database(), context, user);
    if (!homes) return homes.error();
    std::vector<std::string> tenants;
    for (const auto& home : *homes) tenants.push_back(home.tenant_id);
    for (const auto& [tenant, code] : plans_of(office, context, tenants))
        if (code == plan) return true;
    return false;
}

/// Tenant by tenant; whoever belongs to two of them comes once a page.
sdk::Result<KeysetPage> users_on_plan(const Office& office, const sdk::CallContext& context, const ListWish& wish,
                                      int limit) {
    KeysetPage page;
    const auto tenants = tenants_on_plan(office, context, wish.plan, wish.after, limit + 1);
    if (!tenants) return tenants.error();
    std::set<std::string> seen;
    for (std::size_t i = 0; i < tenants->size(); ++i) {
        if (i == static_cast<std::size_t>(limit) || page.rows.size() >= static_cast<std::size_t>(limit)) {
            page.older = (*tenants)[i - 1].cursor;
            return page;
        }
        const auto rows = office.database().query(
            sdk::across_tenants(context, "accounts.users_on_plan"),
            "SELECT " + std::string(kUserColumns) +
                " FROM accounts_memberships m JOIN accounts_users u ON u.id = m.user_id WHERE m.tenant_id = ? ORDER BY "
                "m.joined_at, u.id LIMIT 1000",
            {(*tenants)[i].tenant.text()});
        if (!rows) return rows.error();
        for (const auto& row : *rows) {
            if (!wish.status.empty() && row.text("status") != wish.status) continue;
            if (seen.insert(row.text("id")).second) page.rows.push_back(row);
        }
    }
    return page;
}

ReadPage read_users(const Office& office) {
    return [&office](const sdk::CallContext& context, const ListWish& wish, int limit) -> sdk::Result<KeysetPage> {
        if (!wish.q.empty())
            return searched_page(office, context, wish, limit,
                                 {"user", select_users(), [&](const sdk::Row& row) -> sdk::Result<bool> {
                                      if (wish.plan.empty()) return true;
                                      return is_on_plan(office, context, row.text("id"), wish.plan);
                                  }});
        if (!wish.plan.empty()) return users_on_plan(office, context, wish, limit);
        return keyset_page(office.database(), context, select_users(), wish, limit);
    };
}

StaffRow user_row(const Office& office, const sdk::Request& request, const sdk::Row& row) {
    const auto id = row.text("id");
    const auto& locale = request.locale;
    const bool second = !row.is_null("totp_confirmed_at");
    const auto phone = row.text("phone");
    return {
        id,
        row.text("name"),
        {{"name", cell(row.text("name"), {{"cell_path", "/users/" + id},
                                          {"is_row_link", true},
                                          {"cell_sub", row.text("email")},
                                          {"cell_initials", initials_of(row.text("name"))}})},
         {"email", cell(row.text("email"))},
         {"phone", cell(phone.empty() ? "–" : phone, {{"is_muted", phone.empty()}})},
         {"status", cell(office.text(locale, "status." + row.text("status")), {{"cell_status", row.text("status")}})},
         {"created", instant_cell(row.integer("created_at"), "")},
         {"signed_in", instant_cell(row.integer("signed_in_at"), office.text(locale, "staff.users.never"))},
         {"second_factor",
          cell(office.text(locale, second ? "staff.users.yes" : "staff.users.no"), {{"is_muted", !second}})},
         {"locale", cell(row.text("locale"))}}};
}

sdk::Result<sdk::Response> show_users(Office& office, const sdk::Request& request) {
    auto list = user_list();
    list.has_bulk = request.identity->may("accounts.users.manage");
    const auto wish = read_staff_wish(office, request, list);
    const auto page = read_users(office)(request.context, wish, kShownInList);
    if (!page) return page.error();
    std::vector<StaffRow> rows;
    for (const auto& row : page->rows) rows.push_back(user_row(office, request, row));
    return sdk::page("accounts/staff/users", {{"table", staff_list_model(office, request, list, wish, *page, rows)},
                                              {"notice", done_notice(office, request)},
                                              {"notice_is_bad", false}});
}

std::string user_line(const sdk::Row& row) {
    const auto when = [&](const char* name) {
        const auto micros = row.integer(name);
        return micros == 0 ? std::string{} : sdk::to_rfc3339(sdk::from_micros(micros));
    };
    return csv_line({row.text("id"), row.text("email"), row.text("name"), row.text("phone"), row.text("status"),
                     when("created_at"), when("signed_in_at"), row.is_null("totp_confirmed_at") ? "no" : "yes"});
}

sdk::Result<sdk::Response> export_users(Office& office, const sdk::Request& request) {
    const auto wish = read_staff_wish(office, request, user_list());
    if (auto kept = audit_staff(office, office.database(), request,
                                {.action = "users.exported",
                                 .subject = {"users", "", wish.status},
                                 .after = {{"status", wish.status}, {"plan", wish.plan}, {"search", wish.q}}});
        !kept)
        return kept.error();
    return csv_of_list(request.context, "users.csv",
                       {"id", "email", "name", "phone", "status", "created_at", "signed_in_at", "two_factor"}, wish,
                       read_users(office), &user_line);
}

BulkSubject users_in_bulk() {
    return {"users", kUsersPath,
            [](const Office& office, const sdk::Request& request, const std::string& id,
               SuspensionChange change) -> sdk::Result<std::optional<BulkRow>> {
                const auto person = find_person(office.database(), request.context, id);
                if (!person) return person.error();
                if (!*person) return std::optional<BulkRow>{};
                return std::optional<BulkRow>{{id, (*person)->name + " <" + (*person)->email + ">", (*person)->status,
                                               applies(change, **person)}};
            },
            [](Office& office, const sdk::Request& request, const std::string& id, SuspensionChange change,
               const std::string& reason) { return change_user_suspension(office, request, id, change, reason); }};
}

}  // namespace

sdk::Result<void> register_staff_users(Office& office) {
    const sdk::NavigationEntry entry{sdk::Site::admin,      "people", "accounts.staff.nav_users", "users", kUsersPath,
                                     "accounts.users.read", 20};
    if (auto done = office.host().contribute(entry); !done) return done;
    if (auto done = register_bulk(office, "accounts.users.manage", users_in_bulk()); !done) return done;
    return Routes(office, sdk::Site::admin)
        .get(kUsersPath, "accounts.users.read", "Users, searched and filtered", &show_users)
        .get("/users/export.csv", "accounts.users.read", "Users as a table for other programs", &export_users)
        .done();
}

}  // namespace whatsflow::accounts
