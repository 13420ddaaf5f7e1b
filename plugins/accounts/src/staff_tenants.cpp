#include "staff_tenants.hpp"

#include "search_words.hpp"
#include "staff_parts.hpp"
#include "suspension.hpp"

#include <whatsflow/sdk/slots.hpp>

namespace whatsflow::accounts {

using nlohmann::json;

namespace {

constexpr int kTenantsShown = 50;
constexpr std::size_t kMostInBulk = 200;
constexpr const char* kTenantsPath = "/tenants";
const std::string& select_tenants() {
    static const auto& sql = *new std::string("SELECT " + std::string(kTenantColumns) + " FROM accounts_tenants");
    return sql;
}

const std::vector<Ordering>& tenant_orderings() {
    static const auto& all = *new std::vector<Ordering>{{"created", "created_at", true, true}, {"name", "name"}};
    return all;
}

const std::vector<std::string>& tenant_states() {
    static const auto& all = *new std::vector<std::string>{"active", "suspended", "closed"};
    return all;
}

sdk::Result<KeysetPage> searched_tenants(const Office& office, const sdk::Request& request, const ListWish& wish) {
    constexpr int kWindow = 300;
    KeysetPage page;
    const auto hits = find_by_words(office.database(), request.context, "tenant", searched_words(wish.q), wish.after,
                                    wish.status.empty() ? kTenantsShown + 1 : kWindow);
    if (!hits) return hits.error();
    std::string last;
    for (const auto& hit : hits->hits) {
        if (page.rows.size() == static_cast<std::size_t>(kTenantsShown)) {
            page.older = last;
            return page;
        }
        last = hit.cursor;
        const auto row = office.database().query_one(request.context, select_tenants() + " WHERE id = ?", {hit.id});
        if (!row) return row.error();
        if (*row && (wish.status.empty() || (*row)->text("status") == wish.status)) page.rows.push_back(**row);
    }
    page.older = hits->next;
    if (page.older.empty() && hits->hits.size() == static_cast<std::size_t>(kWindow)) page.older = last;
    return page;
}

json tenant_row(const Office& office, const sdk::Request& request, const sdk::Row& row) {
    const auto tenant = tenant_of(row).profile;
    return {{"id", tenant.id.text()},
            {"row_label", tenant.name},
            {"menu", false},
            {"cells",
             {cell(tenant.name,
                   {{"cell_path", "/tenants/" + tenant.id.text()}, {"is_row_link", true}, {"cell_sub", tenant.slug}}),
              cell(office.text(request.locale, "status." + tenant.status), {{"cell_status", tenant.status}}),
              cell(tenant.country), instant_cell(sdk::to_micros(tenant.created_at), "")}}};
}

json tenant_table(const Office& office, const sdk::Request& request, const ListWish& wish, const KeysetPage& page) {
    const auto& all = tenant_orderings();
    const auto& locale = request.locale;
    const auto label = [&](const char* name) {
        return office.text(locale, std::string("staff.tenants.columns.") + name);
    };
    json rows = json::array();
    for (const auto& row : page.rows) rows.push_back(tenant_row(office, request, row));
    const auto link = [&](const char* name, const std::string& cursor) {
        if (cursor.empty()) return json(false);
        return json(
            wish.address(kTenantsPath, wish.ordering, wish.down, std::string(name) + "=" + sdk::encode_url(cursor)));
    };
    json empty = false;
    if (rows.empty())
        empty = {{"icon", "building-2"},
                 {"title", office.text(locale, "staff.tenants.empty")},
                 {"text", office.text(locale, "staff.tenants.empty_text")},
                 {"action", false},
                 {"actions", json::array()}};
    json bulk = false;
    if (request.identity->may("accounts.tenants.manage"))
        bulk = {{"bulk_id", "bulk"},
                {"bulk_path", "/tenants/bulk"},
                {"choices",
                 {{{"value", "suspend"}, {"label", office.text(locale, "staff.tenants.suspend")}},
                  {{"value", "unsuspend"}, {"label", office.text(locale, "staff.tenants.unsuspend")}}}}};
    return {{"caption", office.text(locale, "staff.tenants.caption")},
            {"filters", list_filters(office, request, wish, kTenantsPath, "tenants", tenant_states())},
            {"columns",
             {column(label("name"), kTenantsPath, wish, &all[1]), column(label("status"), kTenantsPath, wish, nullptr),
              column(label("country"), kTenantsPath, wish, nullptr),
              column(label("created"), kTenantsPath, wish, &all[0])}},
            {"bulk", std::move(bulk)},
            {"has_menus", false},
            {"when_empty", std::move(empty)},
            {"newer_path", link("before", page.newer)},
            {"older_path", link("after", page.older)},
            {"shown_text", office.text(locale, "staff.users.shown", {{"count", std::to_string(page.rows.size())}})},
            {"csrf_token", request.csrf_token},
            {"rows", std::move(rows)}};
}

sdk::Result<sdk::Response> show_tenants(Office& office, const sdk::Request& request) {
    const auto wish = read_wish(request, tenant_orderings(), tenant_states());
    const auto page = wish.q.empty()
                          ? keyset_page(office.database(), request.context, select_tenants(), wish, kTenantsShown)
                          : searched_tenants(office, request, wish);
    if (!page) return page.error();
    return sdk::page("accounts/staff/tenants", {{"table", tenant_table(office, request, wish, *page)},
                                                {"notice", done_notice(office, request)},
                                                {"notice_is_bad", false}});
}

std::vector<std::string> chosen_ids(const sdk::Fields& form) {
    std::vector<std::string> ids;
    for (const auto& [name, value] : form.entries())
        if (name == "id" && ids.size() < kMostInBulk) ids.push_back(value);
    return ids;
}

std::optional<SuspensionChange> change_in(const sdk::Fields& form) {
    const auto action = form.get("bulk_action");
    if (action == "suspend") return SuspensionChange::suspend;
    if (action == "unsuspend") return SuspensionChange::unsuspend;
    return std::nullopt;
}

/// The dry run: what would happen to each, and nothing happens.
sdk::Result<sdk::Response> preview_bulk(Office& office, const sdk::Request& request) {
    const auto form = request.form();
    if (!form) return form.error();
    const auto change = change_in(*form);
    if (!change) return sdk::redirect_to(kTenantsPath);
    const std::string name = *change == SuspensionChange::suspend ? "suspend" : "unsuspend";
    Form confirm(office, request, "/tenants/bulk/confirm", "staff.bulk.do_" + name);
    confirm.line({"reason", "text", "off", 300, false, "reason"}).hidden("bulk_action", name);
    if (*change == SuspensionChange::suspend) confirm.dangerous();
    json rows = json::array();
    int count = 0;
    for (const auto& id : chosen_ids(*form)) {
        const auto tenant = find_tenant(office.database(), request.context, id);
        if (!tenant) return tenant.error();
        if (!*tenant) continue;
        const bool changes = applies(*change, **tenant);
        if (changes) confirm.hidden("id", id);
        count += changes ? 1 : 0;
        rows.push_back({{"name", (*tenant)->profile.name},
                        {"status", (*tenant)->profile.status},
                        {"status_text", office.text(request.locale, "status." + (*tenant)->profile.status)},
                        {"outcome", office.text(request.locale, changes ? "staff.bulk.will_" + name
                                                                        : std::string("staff.bulk.skipped"))}});
    }
    return sdk::page(
        "accounts/staff/bulk",
        {{"rows", std::move(rows)},
         {"any", count > 0},
         {"lead", office.text(request.locale, "staff.bulk." + name + "_lead", {{"count", std::to_string(count)}})},
         {"panel_title", office.text(request.locale, "staff.bulk.do_" + name)},
         {"panel_text", false},
         {"form", confirm.model()}});
}

sdk::Result<sdk::Response> confirm_bulk(Office& office, const sdk::Request& request) {
    const auto form = request.form();
    if (!form) return form.error();
    const auto change = change_in(*form);
    const auto reason = reason_in(*form);
    if (!change) return sdk::redirect_to(kTenantsPath);
    if (reason.empty()) return reason_needed(office, request);
    for (const auto& id : chosen_ids(*form)) {
        const auto changed = change_suspension(office, request, id, *change, reason);
        if (!changed) return changed.error();
    }
    return sdk::redirect_to("/tenants?done=bulk_done");
}

}  // namespace

sdk::Result<void> register_staff_tenants(Office& office) {
    const sdk::NavigationEntry entry{
        sdk::Site::admin,        "people", "accounts.staff.nav_tenants", "building-2", kTenantsPath,
        "accounts.tenants.read", 10};
    if (auto done = office.host().contribute(entry); !done) return done;
    return Routes(office, sdk::Site::admin)
        .get(kTenantsPath, "accounts.tenants.read", "Tenants, searched and filtered", &show_tenants)
        .post("/tenants/bulk", "accounts.tenants.manage", "Shows what a change of many would do", &preview_bulk)
        .post("/tenants/bulk/confirm", "accounts.tenants.manage", "Changes many tenants", &confirm_bulk)
        .done();
}

}  // namespace whatsflow::accounts
