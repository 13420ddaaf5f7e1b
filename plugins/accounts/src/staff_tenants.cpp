#include "staff_tenants.hpp"

#include "csv.hpp"
#include "plans.hpp"
#include "staff_bulk.hpp"
#include "staff_list.hpp"
#include "staff_parts.hpp"

#include <whatsflow/sdk/slots.hpp>

namespace whatsflow::accounts {

using nlohmann::json;

namespace {

constexpr const char* kTenantsPath = "/tenants";

std::string select_tenants() {
    return "SELECT " + std::string(kTenantColumns) + " FROM accounts_tenants";
}

const StaffList& tenant_list() {
    static const auto& list = *new StaffList{"tenants",
                                             kTenantsPath,
                                             "building-2",
                                             {{"name", "name"},
                                              {"status"},
                                              {"plan", nullptr, false, true},
                                              {"country"},
                                              {"currency", nullptr, true},
                                              {"time_zone", nullptr, true},
                                              {"created", "created"}},
                                             {{"created", "created_at", true, true}, {"name", "name"}},
                                             {"active", "suspended", "closed"}};
    return list;
}

sdk::Result<KeysetPage> tenants_by_plan(const Office& office, const sdk::CallContext& context, const ListWish& wish,
                                        int limit) {
    KeysetPage page;
    const auto walked = tenants_on_plan(office, context, wish.plan, wish.after, limit + 1);
    if (!walked) return walked.error();
    for (const auto& each : *walked) {
        if (&each - walked->data() == limit) {
            page.older = (*walked)[static_cast<std::size_t>(limit) - 1].cursor;
            break;
        }
        const auto row = office.database().query_one(context, select_tenants() + " WHERE id = ?", {each.tenant.text()});
        if (!row) return row.error();
        if (*row && (wish.status.empty() || (*row)->text("status") == wish.status)) page.rows.push_back(**row);
    }
    return page;
}

ReadPage read_tenants(const Office& office) {
    return [&office](const sdk::CallContext& context, const ListWish& wish, int limit) -> sdk::Result<KeysetPage> {
        if (!wish.q.empty())
            return searched_page(office, context, wish, limit,
                                 {"tenant", select_tenants(), [&](const sdk::Row& row) -> sdk::Result<bool> {
                                      if (wish.plan.empty()) return true;
                                      const auto id = row.text("id");
                                      return plans_of(office, context, {id})[id] == wish.plan;
                                  }});
        if (!wish.plan.empty()) return tenants_by_plan(office, context, wish, limit);
        return keyset_page(office.database(), context, select_tenants(), wish, limit);
    };
}

StaffRow tenant_row(const Office& office, const sdk::Request& request, const sdk::TenantProfile& tenant,
                    const std::string& plan) {
    const auto id = tenant.id.text();
    return {id,
            tenant.name,
            {{"name",
              cell(tenant.name, {{"cell_path", "/tenants/" + id}, {"is_row_link", true}, {"cell_sub", tenant.slug}})},
             {"status", cell(office.text(request.locale, "status." + tenant.status), {{"cell_status", tenant.status}})},
             {"plan", cell(plan.empty() ? "–" : plan, {{"is_muted", plan.empty()}})},
             {"country", cell(tenant.country)},
             {"currency", cell(tenant.currency)},
             {"time_zone", cell(tenant.time_zone)},
             {"created", instant_cell(sdk::to_micros(tenant.created_at), "")}}};
}

/// The names of the plans of these tenants.
std::map<std::string, std::string> plan_names(const Office& office, const sdk::CallContext& context,
                                              const std::vector<sdk::Row>& rows) {
    std::vector<std::string> ids;
    for (const auto& row : rows) ids.push_back(row.text("id"));
    auto plans = plans_of(office, context, ids);
    const auto known = known_plans(office, context);
    for (auto& [tenant, plan] : plans)
        for (const auto& each : known)
            if (each.code == plan) {
                plan = each.name;
                break;
            }
    return plans;
}

sdk::Result<sdk::Response> show_tenants(Office& office, const sdk::Request& request) {
    auto list = tenant_list();
    list.has_bulk = request.identity->may("accounts.tenants.manage");
    const auto wish = read_staff_wish(office, request, list);
    const auto page = read_tenants(office)(request.context, wish, kShownInList);
    if (!page) return page.error();
    auto plans = plan_names(office, request.context, page->rows);
    std::vector<StaffRow> rows;
    for (const auto& row : page->rows)
        rows.push_back(tenant_row(office, request, tenant_of(row).profile, plans[row.text("id")]));
    return sdk::page("accounts/staff/tenants", {{"table", staff_list_model(office, request, list, wish, *page, rows)},
                                                {"notice", done_notice(office, request)},
                                                {"notice_is_bad", false}});
}

std::string tenant_line(const sdk::Row& row) {
    const auto tenant = tenant_of(row).profile;
    return csv_line({tenant.id.text(), tenant.name, tenant.slug, tenant.status, tenant.country, tenant.currency,
                     tenant.time_zone, tenant.locale, sdk::to_rfc3339(tenant.created_at)});
}

sdk::Result<sdk::Response> export_tenants(Office& office, const sdk::Request& request) {
    const auto wish = read_staff_wish(office, request, tenant_list());
    if (auto kept = audit_staff(office, office.database(), request,
                                {.action = "tenants.exported",
                                 .subject = {"tenants", "", wish.status},
                                 .after = {{"status", wish.status}, {"plan", wish.plan}, {"search", wish.q}}});
        !kept)
        return kept.error();
    return csv_of_list(request.context, "tenants.csv",
                       {"id", "name", "slug", "status", "country", "currency", "time_zone", "locale", "created_at"},
                       wish, read_tenants(office), &tenant_line);
}

BulkSubject tenants_in_bulk() {
    return {"tenants", kTenantsPath,
            [](const Office& office, const sdk::Request& request, const std::string& id,
               SuspensionChange change) -> sdk::Result<std::optional<BulkRow>> {
                const auto tenant = find_tenant(office.database(), request.context, id);
                if (!tenant) return tenant.error();
                if (!*tenant) return std::optional<BulkRow>{};
                const auto& profile = (*tenant)->profile;
                return std::optional<BulkRow>{{id, profile.name, profile.status, applies(change, **tenant)}};
            },
            [](Office& office, const sdk::Request& request, const std::string& id, SuspensionChange change,
               const std::string& reason) { return change_suspension(office, request, id, change, reason); }};
}

}  // namespace

sdk::Result<void> register_staff_tenants(Office& office) {
    const sdk::NavigationEntry entry{
        sdk::Site::admin,        "people", "accounts.staff.nav_tenants", "building-2", kTenantsPath,
        "accounts.tenants.read", 10};
    if (auto done = office.host().contribute(entry); !done) return done;
    if (auto done = register_bulk(office, "accounts.tenants.manage", tenants_in_bulk()); !done) return done;
    return Routes(office, sdk::Site::admin)
        .get(kTenantsPath, "accounts.tenants.read", "Tenants, searched and filtered", &show_tenants)
        .get("/tenants/export.csv", "accounts.tenants.read", "Tenants as a table for other programs", &export_tenants)
        .done();
}

}  // namespace whatsflow::accounts
