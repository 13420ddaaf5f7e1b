#include "staff_tenant_page.hpp"

#include "closure.hpp"
#include "notes.hpp"
#include "plans.hpp"
#include "staff_parts.hpp"
#include "suspension.hpp"
#include "tenant_settings.hpp"

#include <charconv>

namespace whatsflow::accounts {

using nlohmann::json;

namespace {

std::string tenant_label(const Office& office, const sdk::Request& request, const std::string& key) {
    return office.text(request.locale, "staff.tenant." + key);
}

std::string plan_name(const Office& office, const sdk::CallContext& context, const std::string& tenant) {
    const auto plan = plans_of(office, context, {tenant})[tenant];
    for (const auto& known : known_plans(office, context))
        if (known.code == plan) return known.name;
    return plan;
}

json tenant_facts(const Office& office, const sdk::Request& request, const Tenant& tenant) {
    const auto term = [&](const char* key) { return tenant_label(office, request, key); };
    const auto& profile = tenant.profile;
    json facts =
        json::array({moment(term("since"), sdk::to_micros(profile.created_at)), fact(term("country"), profile.country),
                     fact(term("currency"), profile.currency), fact(term("time_zone"), profile.time_zone),
                     fact(term("locale"), profile.locale), fact(term("slug"), profile.slug, {{"is_code", true}})});
    if (tenant.signup_facts.is_object() && !tenant.signup_facts.empty()) {
        std::string words;
        const auto signed_up_with = tenant.signup_facts.flatten();
        for (const auto& [name, value] : signed_up_with.items())
            words += (words.empty() ? "" : ", ") + name.substr(name.rfind('/') + 1) + " " +
                     (value.is_string() ? value.get<std::string>() : value.dump());
        facts.push_back(fact(term("signup"), words));
    }
    if (!tenant.status_reason.empty()) facts.push_back(fact(term("reason"), tenant.status_reason));
    if (const auto plan = plan_name(office, request.context, profile.id.text()); !plan.empty())
        facts.insert(facts.begin(), fact(term("plan"), plan));
    if (tenant.erase_at) facts.push_back(moment(term("erased"), *tenant.erase_at));
    facts.push_back(fact("Id", profile.id.text(), {{"is_code", true}, {"is_copied", true}}));
    return facts;
}

struct EditTrouble {
    std::optional<TenantInput> typed;
    Objections objections;
    json changes = json::array();  ///< what somebody else changed, beside what was typed
};

sdk::Result<json> member_rows(const Office& office, const sdk::Request& request, const std::string& id) {
    const auto rows = office.database().query(
        sdk::on_behalf_of(request.context, sdk::TenantId{id}),
        "SELECT u.id, u.name, u.email, u.status, m.role FROM accounts_memberships m JOIN accounts_users u ON u.id = "
        "m.user_id WHERE m.tenant_id = :tenant ORDER BY m.joined_at, u.id LIMIT 200");
    if (!rows) return rows.error();
    json members = json::array();
    for (const auto& row : *rows)
        members.push_back({{"id", row.text("id")},
                           {"name", row.text("name")},
                           {"email", row.text("email")},
                           {"user_path", "/users/" + row.text("id")},
                           {"status", row.text("status")},
                           {"status_text", office.text(request.locale, "status." + row.text("status"))},
                           {"is_active", row.text("status") == "active"},
                           {"role_name", office.text(request.locale, "roles." + row.text("role"))}});
    return members;
}

json tenant_questions(const Office& office, const sdk::Request& request, const Tenant& tenant) {
    json list = json::array();
    if (!request.identity->may("accounts.tenants.manage")) return list;
    const auto path = "/tenants/" + tenant.profile.id.text();
    if (applies(SuspensionChange::suspend, tenant))
        list.push_back(
            confirmation(office, request, {"do-suspend", "staff.tenant.suspend", path + "/suspend", true, true, {}}));
    if (applies(SuspensionChange::unsuspend, tenant))
        list.push_back(confirmation(office, request,
                                    {"do-unsuspend", "staff.tenant.unsuspend", path + "/unsuspend", true, false, {}}));
    if (!request.identity->may("accounts.tenants.delete")) return list;
    if (tenant.profile.status == "closed")
        list.push_back(
            confirmation(office, request, {"do-undo", "staff.tenant.undo", path + "/undo", true, false, {}}));
    else
        list.push_back(confirmation(
            office, request, {"do-delete", "staff.tenant.delete", path + "/delete", true, true, tenant.profile.slug}));
    return list;
}

TenantInput typed_or_stored(const EditTrouble& trouble, const Tenant& tenant) {
    if (trouble.typed) return *trouble.typed;
    return {tenant.profile.name, tenant.profile.locale, tenant.profile.time_zone, tenant.profile.country};
}

json edit_form(const Office& office, const sdk::Request& request, const Tenant& tenant, const EditTrouble& trouble) {
    Form form(office, request, "/tenants/" + tenant.profile.id.text() + "/details", "save");
    add_tenant_fields(form, typed_or_stored(trouble, tenant));
    form.hidden("version", std::to_string(tenant.version)).objections(trouble.objections);
    return form.model();
}

json impersonation_form(const Office& office, const sdk::Request& request, const Tenant& tenant, const json& members) {
    Choices people;
    for (const auto& member : members)
        if (member["is_active"] == true)
            people.emplace_back(member["id"].get<std::string>(), member["name"].get<std::string>() + " (" +
                                                                     member["role_name"].get<std::string>() + ")");
    if (people.empty()) return false;
    Form form(office, request, "/tenants/" + tenant.profile.id.text() + "/impersonate", "staff.tenant.impersonate");
    form.choice({"user", "", "off", 40, false, nullptr, "name"}, people, people.front().first)
        .line({"reason", "text", "off", 300, false, "reason"});
    auto model = form.model();
    model["fields"][0]["label"] = tenant_label(office, request, "impersonate_as");
    return model;
}

sdk::Result<sdk::Response> tenant_page(const Office& office, const sdk::Request& request, const Tenant& tenant,
                                       const EditTrouble& trouble) {
    const auto id = tenant.profile.id.text();
    auto members = member_rows(office, request, id);
    if (!members) return members.error();
    auto notes = notes_about(office.database(), request.context, "tenant", id);
    if (!notes) return notes.error();
    auto questions = tenant_questions(office, request, tenant);
    json actions = json::array();
    for (const auto& question : questions)
        actions.push_back({{"label", question["confirm_label"]},
                           {"opens", question["confirm_id"]},
                           {"link_path", false},
                           {"action_path", false},
                           {"primary", false},
                           {"danger", question["is_danger"]},
                           {"action_icon", false}});
    const bool manages = request.identity->may("accounts.tenants.manage");
    const bool may_act = request.identity->may("accounts.impersonate") && tenant.profile.status != "closed";
    json model{
        {"title", tenant.profile.name},
        {"heading", tenant.profile.name},
        {"lead", false},
        {"breadcrumbs",
         json::array({{{"label", office.text(request.locale, "staff.tenants.title")}, {"link_path", "/tenants"}}})},
        {"chip", false},
        {"chip_status", false},
        {"status", tenant.profile.status},
        {"status_text", office.text(request.locale, "status." + tenant.profile.status)},
        {"actions", std::move(actions)},
        {"questions", std::move(questions)},
        {"facts", tenant_facts(office, request, tenant)},
        {"impersonation", may_act ? impersonation_form(office, request, tenant, *members) : json(false)},
        {"edit", manages ? edit_form(office, request, tenant, trouble) : json(false)},
        {"changes", trouble.changes},
        {"has_changes", !trouble.changes.empty()},
        {"members", std::move(*members)},
        {"notes", std::move(*notes)},
        {"entries", activity_of(office, request, {.tenant = tenant.profile.id})},
        {"panels", panels_of(office, request, "tenant")},
        {"manages", manages},
        {"subject_path", "/tenants/" + id},
        {"notice", done_notice(office, request)},
        {"notice_is_bad", false},
        {"csrf_token", request.csrf_token}};
    const int status = trouble.typed ? (trouble.changes.empty() ? 422 : 409) : 200;
    // Acting as a member begins with a form that leads to the app, which is another site.
    model["form_origins"] = nlohmann::json::array({office.host().site_url(sdk::Site::app)});
    return sdk::page("accounts/staff/tenant", std::move(model), status);
}

sdk::Result<Tenant> tenant_asked_for(const Office& office, const sdk::Request& request) {
    auto tenant = find_tenant(office.database(), request.context, request.parameters.get("id"));
    if (!tenant) return tenant.error();
    if (!*tenant) return nothing_there();
    return std::move(**tenant);
}

sdk::Result<sdk::Response> show_tenant(Office& office, const sdk::Request& request) {
    const auto tenant = tenant_asked_for(office, request);
    if (!tenant) return tenant.error();
    return tenant_page(office, request, *tenant, {});
}

sdk::Result<sdk::Response> change_details(Office& office, const sdk::Request& request) {
    const auto form = request.form();
    if (!form) return form.error();
    const auto tenant = tenant_asked_for(office, request);
    if (!tenant) return tenant.error();
    const auto typed = read_tenant_input(*form);
    EditTrouble trouble{typed, object_to_tenant(typed), json::array()};
    if (!trouble.objections.empty()) return tenant_page(office, request, *tenant, trouble);
    const auto seen = form->get("version");
    std::int64_t version = 0;
    std::from_chars(seen.data(), seen.data() + seen.size(), version);
    const auto changed = change_tenant(office, request, *tenant, typed, version);
    if (!changed) return changed.error();
    if (*changed) return sdk::redirect_to("/tenants/" + tenant->profile.id.text() + "?done=saved");
    const auto now = tenant_asked_for(office, request);
    if (!now) return now.error();
    trouble.changes = changed_fields(
        office, request,
        facts_of(TenantInput{now->profile.name, now->profile.locale, now->profile.time_zone, now->profile.country}),
        facts_of(typed), "company");
    if (trouble.changes.empty()) return sdk::redirect_to("/tenants/" + now->profile.id.text() + "?done=saved");
    return tenant_page(office, request, *now, trouble);
}

sdk::Result<sdk::Response> change_state(Office& office, const sdk::Request& request, SuspensionChange change) {
    const auto form = request.form();
    if (!form) return form.error();
    const auto tenant = tenant_asked_for(office, request);
    if (!tenant) return tenant.error();
    const auto reason = reason_in(*form);
    if (reason.empty()) return reason_needed(office, request);
    const auto id = tenant->profile.id.text();
    const auto changed = change_suspension(office, request, id, change, reason);
    if (!changed) return changed.error();
    return sdk::redirect_to("/tenants/" + id +
                            (change == SuspensionChange::suspend ? "?done=suspended" : "?done=unsuspended"));
}

/// As its owner could close it: everybody hears of it, and there is time to regret.
sdk::Result<sdk::Response> delete_tenant(Office& office, const sdk::Request& request) {
    const auto form = request.form();
    if (!form) return form.error();
    const auto tenant = tenant_asked_for(office, request);
    if (!tenant) return tenant.error();
    const auto reason = reason_in(*form);
    if (reason.empty() || tidy(form->get("confirmation")) != tenant->profile.slug)
        return reason_needed(office, request);
    if (auto closed = close_tenant_for_staff(office, request, *tenant, reason); !closed) return closed.error();
    return sdk::redirect_to("/tenants/" + tenant->profile.id.text() + "?done=tenant_deletion_begun");
}

sdk::Result<sdk::Response> bring_tenant_back(Office& office, const sdk::Request& request) {
    const auto form = request.form();
    if (!form) return form.error();
    const auto tenant = tenant_asked_for(office, request);
    if (!tenant) return tenant.error();
    const auto reason = reason_in(*form);
    if (reason.empty()) return reason_needed(office, request);
    if (auto opened = reopen_tenant_for_staff(office, request, *tenant, reason); !opened) return opened.error();
    return sdk::redirect_to("/tenants/" + tenant->profile.id.text() + "?done=tenant_deletion_undone");
}

}  // namespace

sdk::Result<void> register_staff_tenant_page(Office& office) {
    const std::string manage = "accounts.tenants.manage";
    return Routes(office, sdk::Site::admin)
        .get("/tenants/{id}", "accounts.tenants.read", "One tenant", &show_tenant)
        .post("/tenants/{id}/details", manage, "Changes what a tenant says of itself", &change_details)
        .post("/tenants/{id}/suspend", manage, "Suspends a tenant",
              [](Office& of, const sdk::Request& request) {
                  return change_state(of, request, SuspensionChange::suspend);
              })
        .post("/tenants/{id}/unsuspend", manage, "Makes a tenant active again",
              [](Office& of, const sdk::Request& request) {
                  return change_state(of, request, SuspensionChange::unsuspend);
              })
        .post("/tenants/{id}/delete", "accounts.tenants.delete", "Begins to delete a tenant", &delete_tenant)
        .post("/tenants/{id}/undo", "accounts.tenants.delete", "Brings a tenant back that is being deleted",
              &bring_tenant_back)
        .done();
}

}  // namespace whatsflow::accounts
