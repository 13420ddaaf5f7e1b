#include "data_export.hpp"

#include "letters.hpp"
#include "me.hpp"
#include "tar_file.hpp"
#include "tenants.hpp"

#include <whatsflow/sdk/directory.hpp>
#include <whatsflow/sdk/file_storage.hpp>
#include <whatsflow/sdk/jobs.hpp>

namespace whatsflow::accounts {

using nlohmann::json;

namespace {

constexpr const char* kExportJob = "accounts.export_user";

/// An owner answers for what their workspace keeps: their copy has it too.
sdk::TenantId owned_tenant(const sdk::Identity& identity) {
    return identity.role == "owner" ? identity.tenant : sdk::TenantId{};
}

sdk::Result<bool> owns(const Office& office, const sdk::CallContext& context, const std::string& user,
                       const sdk::TenantId& tenant) {
    const auto role = role_in_tenant(office.database(), sdk::on_behalf_of(context, tenant), user);
    if (!role) return role.error();
    return *role == "owner";
}

sdk::Result<sdk::Response> ask_for_export(Office& office, const sdk::Request& request) {
    const auto person = me(office, request);
    if (!person) return person.error();
    const auto done = office.database().transaction(request.context, [&](sdk::Transaction& tx) -> sdk::Result<void> {
        const auto waiting = tx.query_one(
            request.context, "SELECT id FROM accounts_exports WHERE user_id = ? AND state = 'waiting'", {person->id});
        if (!waiting) return waiting.error();
        if (*waiting) return sdk::ok();
        const auto id = sdk::make_uuid();
        const auto stored = tx.execute(request.context,
                                       "INSERT INTO accounts_exports (id, user_id, about_tenant, state, file_key, "
                                       "bytes, created_at) VALUES (?, ?, ?, 'waiting', '', 0, ?)",
                                       {id, person->id, owned_tenant(*request.identity).text(), office.now()});
        if (!stored) return stored.error();
        sdk::JobRequest job;
        job.kind = kExportJob;
        job.payload = {{"export", id}};
        job.unique_key = id;
        const auto queued = office.host().jobs().enqueue(tx, request.context, job);
        if (!queued) return queued.error();
        return audit_person(office, tx, request, "user.export_requested", *person);
    });
    if (!done) return done.error();
    return sdk::redirect_to("/account?done=export_requested");
}

sdk::Result<std::string> pack_everything(const Office& office, const sdk::CallContext& context, const sdk::UserId& user,
                                         const sdk::TenantId& tenant) {
    std::vector<sdk::PersonalData::ExportedFile> files;
    for (const auto& provider : sdk::find_all_services<sdk::PersonalData>(office.host())) {
        auto exported = provider.call(&sdk::PersonalData::export_user, context, user);
        if (!exported) return exported.error();
        std::ranges::move(*exported, std::back_inserter(files));
        if (tenant.empty()) continue;
        auto of_tenant = provider.call(&sdk::PersonalData::export_tenant, sdk::on_behalf_of(context, tenant), tenant);
        if (!of_tenant) return of_tenant.error();
        for (auto& file : *of_tenant) files.push_back({"workspace/" + file.name, std::move(file.content)});
    }
    return make_tar(files, office.now());
}

sdk::Result<void> export_job(Office& office, sdk::JobRun& run) {
    const auto& context = run.context();
    const auto id = run.payload().value("export", "");
    const auto row = office.database().query_one(
        context, "SELECT user_id, about_tenant FROM accounts_exports WHERE id = ? AND state = 'waiting'", {id});
    if (!row) return row.error();
    if (!*row) return sdk::ok();
    const auto person = find_person(office.database(), context, (*row)->text("user_id"));
    if (!person) return person.error();
    if (!*person) return sdk::ok();
    sdk::TenantId tenant{(*row)->text("about_tenant")};
    if (!tenant.empty()) {
        const auto still = owns(office, context, (*person)->id, tenant);
        if (!still) return still.error();
        if (!*still) tenant = {};
    }
    const auto archive = pack_everything(office, context, sdk::UserId{(*person)->id}, tenant);
    if (!archive) return archive.error();
    const auto key = "exports/" + id + ".tar";
    if (auto put = office.host().files().put(context, key, *archive, "application/x-tar"); !put) return put;
    return office.database().transaction(context, [&](sdk::Transaction& tx) -> sdk::Result<void> {
        const auto stored = tx.execute(
            context,
            "UPDATE accounts_exports SET state = 'ready', file_key = ?, bytes = ?, expires_at = ? WHERE id = ?",
            {key, static_cast<std::int64_t>(archive->size()),
             office.now() + std::chrono::days{office.settings().export_days}, id});
        if (!stored) return stored.error();
        const Letter letter{"export_ready",
                            id,
                            (*person)->email,
                            (*person)->name,
                            (*person)->locale,
                            {{"days", std::to_string(office.settings().export_days)},
                             {"link_url", office.app_url("/account")},
                             {"forgot_url", office.app_url("/forgot")}}};
        if (auto posted = post_letter(office, tx, context, letter); !posted) return posted;
        return run.complete_in(tx);
    });
}

/// Only the person themselves, signed in; the address alone opens nothing.
sdk::Result<sdk::Response> download_export(Office& office, const sdk::Request& request) {
    const auto row = office.database().query_one(
        request.context,
        "SELECT file_key, about_tenant FROM accounts_exports WHERE id = ? AND user_id = ? AND state = 'ready' AND "
        "expires_at > ?",
        {request.parameters.get("id"), request.identity->subject, office.now()});
    if (!row) return row.error();
    if (!*row) return nothing_there();
    if (const sdk::TenantId tenant{(*row)->text("about_tenant")}; !tenant.empty()) {
        const auto still = owns(office, request.context, request.identity->subject, tenant);
        if (!still) return still.error();
        if (!*still) return nothing_there();
    }
    auto archive = office.host().files().get(request.context, (*row)->text("file_key"));
    if (!archive) return archive.error().code == "files.not_found" ? nothing_there() : archive.error();
    auto response = sdk::bytes(std::move(*archive), "application/x-tar");
    response.header("Content-Disposition", "attachment; filename=\"my-data.tar\"");
    return response;
}

}  // namespace

sdk::Result<json> export_list(const Office& office, const sdk::Request& request) {
    const auto rows = office.database().query(
        request.context,
        "SELECT id, state, bytes, created_at, expires_at FROM accounts_exports WHERE user_id = ? ORDER BY created_at "
        "DESC LIMIT 5",
        {request.identity->subject});
    if (!rows) return rows.error();
    json list = json::array();
    for (const auto& row : *rows) {
        const auto expires = row.maybe_integer("expires_at");
        const bool ready = row.text("state") == "ready" && expires && *expires > sdk::to_micros(office.now());
        list.push_back({{"download_path", ready ? json("/account/exports/" + row.text("id")) : json(false)},
                        {"state_text", office.text(request.locale, ready                            ? "exports.ready"
                                                                   : row.text("state") == "waiting" ? "exports.waiting"
                                                                                                    : "exports.gone")},
                        {"created_at", row.integer("created_at")},
                        {"kilobytes", std::to_string((row.integer("bytes") + 1023) / 1024)}});
    }
    return list;
}

sdk::Result<void> register_data_export(Office& office) {
    if (auto done =
            office.host().jobs().handle(kExportJob, [&office](sdk::JobRun& run) { return export_job(office, run); },
                                        {.lease = std::chrono::minutes{10}});
        !done)
        return done;
    return Routes(office, sdk::Site::app)
        .post("/account/export", "account.security.export", "Asks for a copy of one's data", &ask_for_export)
        .get("/account/exports/{id}", "account.security.export", "Downloads a copy of one's data", &download_export)
        .done();
}

}  // namespace whatsflow::accounts
