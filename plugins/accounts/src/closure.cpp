#include "closure.hpp"

#include "events.hpp"
#include "letters.hpp"
#include "me.hpp"
#include "tenants.hpp"

#include <whatsflow/sdk/directory.hpp>
#include <whatsflow/sdk/jobs.hpp>
#include <whatsflow/sdk/outbox.hpp>

namespace whatsflow::accounts {

using nlohmann::json;

namespace {

sdk::Result<sdk::Response> closing_page(const Office& office, const sdk::Request& request,
                                        const Objections& objections) {
    const auto tenant = find_tenant(office.database(), request.context, request.context.tenant.text());
    if (!tenant) return tenant.error();
    if (!*tenant) return nothing_there();
    const bool closed = (*tenant)->profile.status == "closed";
    const auto& name = (*tenant)->profile.name;
    Form form(office, request, closed ? "/settings/reopen" : "/settings/close",
              closed ? "closure.reopen" : "closure.close");
    if (!closed)
        form.line({"confirmation", "text", "off", 120}).line({"current_password", "password", "current-password", 256});
    form.objections(objections);
    if (!closed) form.dangerous();
    const TextValues values{{"tenant", name}, {"days", std::to_string(office.settings().closing_days)}};
    return sdk::page(
        "accounts/closure",
        {{"form", form.model()},
         {"panel_title", office.text(request.locale, closed ? "closure.closed_title" : "closure.title")},
         {"panel_text", office.text(request.locale, closed ? "closure.closed_text" : "closure.text", values)},
         {"erase_at", (*tenant)->erase_at.value_or(0)},
         {"is_closed", closed}},
        objections.empty() ? 200 : 422);
}

sdk::Result<sdk::Response> show_closure(Office& office, const sdk::Request& request) {
    return closing_page(office, request, {});
}

sdk::Result<void> tell_owners(const Office& office, sdk::Transaction& tx, const sdk::Request& request,
                              const Tenant& tenant, sdk::Instant erase_at) {
    const auto owners =
        tx.query(sdk::on_behalf_of(request.context, tenant.profile.id),
                 "SELECT u.email, u.name, u.locale FROM accounts_memberships m JOIN accounts_users u ON "
                 "u.id = m.user_id WHERE m.tenant_id = :tenant AND m.role = 'owner' LIMIT 50");
    if (!owners) return owners.error();
    for (const auto& owner : *owners) {
        const Letter letter{
            "tenant_closed",
            tenant.profile.id.text() + ":" + std::to_string(sdk::to_micros(erase_at)) + ":" + owner.text("email"),
            owner.text("email"),
            owner.text("name"),
            owner.text("locale"),
            {{"tenant", tenant.profile.name},
             {"until", sdk::to_micros(erase_at)},
             {"reader_time_zone", tenant.profile.time_zone},
             {"link_url", office.app_url("/settings/close")}}};
        if (auto posted = post_letter(office, tx, request.context, letter); !posted) return posted;
    }
    return sdk::ok();
}

sdk::Result<void> close_in(const Office& office, sdk::Transaction& tx, const sdk::Request& request,
                           const Tenant& tenant, const std::string& reason) {
    const auto erase_at = office.now() + std::chrono::days{office.settings().closing_days};
    const auto& id = tenant.profile.id;
    const auto changed =
        tx.execute(request.context,
                   "UPDATE accounts_tenants SET status = 'closed', erase_at = ?, version = version + 1 "
                   "WHERE id = ?",
                   {erase_at, id.text()});
    if (!changed) return changed.error();
    sdk::JobRequest job;
    job.kind = "accounts.erase_tenant";
    job.payload = {{"tenant", id.text()}};
    job.run_at = erase_at;
    const auto queued = office.host().jobs().enqueue(tx, request.context, job);
    if (!queued) return queued.error();
    const sdk::AuditEntry entry{.action = "tenant.closed",
                                .subject = {"tenant", id.text(), tenant.profile.name},
                                .tenant = id,
                                .before = {{"status", tenant.profile.status}},
                                .after = {{"status", "closed"}, {"erase_at", sdk::to_rfc3339(erase_at)}},
                                .reason = reason};
    if (auto kept = office.host().audit().append(tx, request.context, sdk::actor_of(request), entry); !kept)
        return kept;
    if (auto told = tell_owners(office, tx, request, tenant, erase_at); !told) return told;
    return sdk::record(office.host().outbox(), tx, request.context, TenantClosed{id, erase_at}, id);
}

sdk::Result<sdk::Response> close_tenant(Office& office, const sdk::Request& request) {
    const auto form = request.form();
    if (!form) return form.error();
    const auto person = me(office, request);
    if (!person) return person.error();
    const auto tenant = find_tenant(office.database(), request.context, request.context.tenant.text());
    if (!tenant) return tenant.error();
    if (!*tenant) return nothing_there();
    Objections objections;
    if (tidy(form->get("confirmation")) != (*tenant)->profile.name)
        objections.push_back(objection("confirmation", "differs"));
    auto wait = confirm_it_is_me(office, request, *person, sdk::Secret{form->get("current_password")}, objections);
    if (!wait) return wait.error();
    if (*wait) return std::move(**wait);
    if (!objections.empty()) return closing_page(office, request, objections);
    if ((*tenant)->profile.status != "closed") {
        const auto done = office.database().transaction(
            request.context, [&](sdk::Transaction& tx) { return close_in(office, tx, request, **tenant, {}); });
        if (!done) return done.error();
    }
    return sdk::redirect_to("/settings/close");
}

sdk::Result<void> reopen_in(const Office& office, sdk::Transaction& tx, const sdk::Request& request,
                            const sdk::TenantId& id, const std::string& name, const std::string& reason) {
    // One that staff suspended before it was closed is suspended again.
    const auto changed = tx.execute(request.context,
                                    "UPDATE accounts_tenants SET status = CASE WHEN suspended_at IS NULL THEN "
                                    "'active' ELSE 'suspended' END, erase_at = NULL, version = version + 1 WHERE "
                                    "id = ? AND status = 'closed'",
                                    {id.text()});
    if (!changed) return changed.error();
    if (*changed == 0) return sdk::ok();
    const sdk::AuditEntry entry{.action = "tenant.reopened",
                                .subject = {"tenant", id.text(), name},
                                .tenant = id,
                                .before = nullptr,
                                .after = nullptr,
                                .reason = reason};
    return office.host().audit().append(tx, request.context, sdk::actor_of(request), entry);
}

sdk::Result<sdk::Response> reopen_tenant(Office& office, const sdk::Request& request) {
    const auto done = office.database().transaction(request.context, [&](sdk::Transaction& tx) {
        return reopen_in(office, tx, request, request.context.tenant, request.identity->tenant_name, {});
    });
    if (!done) return done.error();
    return sdk::redirect_to("/");
}

/// Every provider is asked, and a failure of one does not keep the others from it; the job
/// comes again until all have done it.
template <class Subject>
sdk::Result<void> erase_with_all(const Office& office, const sdk::CallContext& context,
                                 sdk::Result<int> (sdk::PersonalData::*erase)(const sdk::CallContext&, const Subject&),
                                 const Subject& subject) {
    sdk::Result<void> outcome;
    for (const auto& provider : sdk::find_all_services<sdk::PersonalData>(office.host())) {
        if (provider.provider() == office.host().plugin_id()) continue;
        const auto erased = provider.call(erase, context, subject);
        if (!erased) outcome = erased.error();
    }
    if (!outcome) return outcome;
    // Ours last: it knows whom the others have to forget.
    for (const auto& provider : sdk::find_all_services<sdk::PersonalData>(office.host())) {
        if (provider.provider() != office.host().plugin_id()) continue;
        const auto erased = provider.call(erase, context, subject);
        if (!erased) return erased.error();
    }
    return sdk::ok();
}

sdk::Result<void> erase_tenant_job(Office& office, sdk::JobRun& run) {
    const auto id = run.payload().value("tenant", "");
    const auto tenant = find_tenant(office.database(), run.context(), id);
    if (!tenant) return tenant.error();
    const bool due = *tenant && (*tenant)->profile.status == "closed" && (*tenant)->erase_at &&
                     *(*tenant)->erase_at <= sdk::to_micros(office.now());
    return due ? erase_tenant_everywhere(office, run.context(), id) : sdk::ok();
}

sdk::Result<void> erase_user_job(Office& office, sdk::JobRun& run) {
    const auto id = run.payload().value("user", "");
    const auto person = find_person(office.database(), run.context(), id);
    if (!person) return person.error();
    const bool due = *person && (*person)->status == "deleting" && (*person)->erase_at &&
                     *(*person)->erase_at <= sdk::to_micros(office.now());
    return due ? erase_user_everywhere(office, run.context(), id) : sdk::ok();
}

}  // namespace

sdk::Result<void> close_tenant_for_staff(const Office& office, const sdk::Request& request, const Tenant& tenant,
                                         const std::string& reason) {
    if (tenant.profile.status == "closed") return sdk::ok();
    return office.database().transaction(
        request.context, [&](sdk::Transaction& tx) { return close_in(office, tx, request, tenant, reason); });
}

sdk::Result<void> reopen_tenant_for_staff(const Office& office, const sdk::Request& request, const Tenant& tenant,
                                          const std::string& reason) {
    return office.database().transaction(request.context, [&](sdk::Transaction& tx) {
        return reopen_in(office, tx, request, tenant.profile.id, tenant.profile.name, reason);
    });
}

sdk::Result<void> erase_tenant_everywhere(const Office& office, const sdk::CallContext& context,
                                          const std::string& tenant_id) {
    const sdk::TenantId id{tenant_id};
    return erase_with_all(office, sdk::on_behalf_of(context, id), &sdk::PersonalData::erase_tenant, id);
}

sdk::Result<void> erase_user_everywhere(const Office& office, const sdk::CallContext& context,
                                        const std::string& user_id) {
    const auto ended =
        office.sessions().call(&sdk::Sessions::revoke_all, context, sdk::Site::app, user_id, std::string());
    if (!ended) return ended.error();
    return erase_with_all(office, context, &sdk::PersonalData::erase_user, sdk::UserId{user_id});
}

sdk::Result<void> register_closure(Office& office) {
    auto& jobs = office.host().jobs();
    if (auto done =
            jobs.handle("accounts.erase_tenant", [&office](sdk::JobRun& run) { return erase_tenant_job(office, run); },
                        {.lease = std::chrono::minutes{10}});
        !done)
        return done;
    if (auto done =
            jobs.handle("accounts.erase_user", [&office](sdk::JobRun& run) { return erase_user_job(office, run); },
                        {.lease = std::chrono::minutes{10}});
        !done)
        return done;
    return Routes(office, sdk::Site::app)
        .get("/settings/close", "account.security.close", "Closing the tenant, or opening it again", &show_closure)
        .sign_in_post("/settings/close", "account.security.close", "Closes the tenant", &close_tenant)
        .post("/settings/reopen", "account.security.close", "Opens a closed tenant again", &reopen_tenant)
        .done();
}

}  // namespace whatsflow::accounts
