#include "password_reset.hpp"

#include "checks.hpp"
#include "forms.hpp"
#include "letters.hpp"
#include "links.hpp"
#include "people.hpp"
#include "routes.hpp"
#include "signed_in.hpp"

#include <whatsflow/sdk/audit.hpp>
#include <whatsflow/sdk/jobs.hpp>

namespace whatsflow::accounts {

using nlohmann::json;

namespace {

constexpr auto kResetLife = std::chrono::hours{1};
constexpr const char* kResetJob = "accounts.send_reset";

sdk::Response forgot_page(const Office& office, const sdk::Request& request, const std::string& email,
                          const Objections& objections) {
    Form form(office, request, "/forgot", "forgot.submit");
    form.line({"email", "email", "username"}, email).objections(objections);
    return sdk::page("accounts/forgot",
                     {{"form", form.model()}, {"sent", request.query.get("sent") == "1" && objections.empty()}},
                     objections.empty() ? 200 : 422);
}

sdk::Result<sdk::Response> show_forgot(Office& office, const sdk::Request& request) {
    return forgot_page(office, request, "", {});
}

sdk::Result<sdk::Response> receive_forgot(Office& office, const sdk::Request& request) {
    const auto form = request.form();
    if (!form) return form.error();
    const auto email = lowered(tidy(form->get("email")));
    Objections objections;
    check_email(objections, "email", email);
    if (!objections.empty()) return forgot_page(office, request, email, objections);
    if (auto asked = request_password_reset(office, office.database(), request.context, email); !asked)
        return asked.error();
    return sdk::redirect_to("/forgot?sent=1");
}

sdk::Result<void> send_reset(Office& office, sdk::JobRun& run) {
    return office.database().transaction(run.context(), [&](sdk::Transaction& tx) -> sdk::Result<void> {
        const auto person = find_person_by_email(tx, run.context(), run.payload().value("email", ""));
        if (!person) return person.error();
        if (*person && (*person)->status == "active") {
            const auto token =
                make_link(office, tx, run.context(), "reset", {(*person)->id, {}}, kResetLife, OlderLinks::end);
            if (!token) return token.error();
            const Letter letter{"reset",           sdk::make_uuid(),
                                (*person)->email,  (*person)->name,
                                (*person)->locale, {{"link_url", office.app_url("/reset?token=" + *token)}}};
            if (auto posted = post_letter(office, tx, run.context(), letter); !posted) return posted;
        }
        return run.complete_in(tx);
    });
}

sdk::Response reset_page(const Office& office, const sdk::Request& request, const std::string& token,
                         const Objections& objections) {
    Form form(office, request, "/reset", "reset.submit");
    form.line({"password", "password", "new-password", 256, false, "password", "new_password"})
        .hidden("token", token)
        .objections(objections);
    auto response = sdk::page("accounts/reset", {{"form", form.model()}}, objections.empty() ? 200 : 422);
    return kept_from_others(std::move(response));
}

sdk::Result<sdk::Response> show_reset(Office& office, const sdk::Request& request) {
    const auto token = request.query.get("token");
    const auto link = find_link(office, office.database(), request.context, "reset", token);
    if (!link) return link.error();
    return *link ? reset_page(office, request, token, {}) : dead_link_page();
}

sdk::Result<void> keep_new_password(Office& office, const sdk::Request& request, sdk::Transaction& tx,
                                    const Person& person, const std::string& hash) {
    const auto& context = request.context;
    if (auto set = change_password(tx, context, person.id, hash); !set) return set;
    if (auto ended = end_links(tx, context, person.id, ""); !ended) return ended;
    auto actor = sdk::actor_of(request);
    actor.label = person.email;
    const sdk::AuditEntry entry{.action = "user.password_reset", .subject = {"user", person.id, person.email}};
    if (auto kept = office.host().audit().append(tx, context, actor, entry); !kept) return kept;
    return post_letter(office, tx, context,
                       {"password_changed",
                        sdk::make_uuid(),
                        person.email,
                        person.name,
                        person.locale,
                        {{"security_url", office.app_url("/security")}, {"forgot_url", office.app_url("/forgot")}}});
}

sdk::Result<sdk::Response> receive_reset(Office& office, const sdk::Request& request) {
    const auto form = request.form();
    if (!form) return form.error();
    const auto token = form->get("token");
    const sdk::Secret password{form->get("password")};
    const auto link = find_link(office, office.database(), request.context, "reset", token);
    if (!link) return link.error();
    if (!*link) return dead_link_page();
    const auto person = find_person(office.database(), request.context, (*link)->user_id);
    if (!person) return person.error();
    if (!*person) return dead_link_page();
    Objections objections;
    if (auto done = check_password(office, objections, "password", password, {(*person)->name, (*person)->email});
        !done)
        return done.error();
    if (!objections.empty()) return reset_page(office, request, token, objections);
    const auto hash = office.passwords().call(&sdk::Passwords::hash, password);
    if (!hash) return hash.error();
    bool used = false;
    const auto done = office.database().transaction(request.context, [&](sdk::Transaction& tx) -> sdk::Result<void> {
        const auto mine = use_link(office, tx, request.context, "reset", token);
        if (!mine) return mine.error();
        used = mine->has_value();
        return used ? keep_new_password(office, request, tx, **person, *hash) : sdk::ok();
    });
    if (!done) return done.error();
    if (!used) return dead_link_page();
    const auto ended = office.sessions().call(&sdk::Sessions::revoke_all, request.context, sdk::Site::app,
                                              (*person)->id, std::string());
    if (!ended) return ended.error();
    const auto forgiven = office.throttle().call(&sdk::LoginThrottle::succeeded, request.context,
                                                 std::string_view("app"), std::string_view((*person)->email));
    if (!forgiven) return forgiven.error();
    return sdk::redirect_to("/login?reset=1");
}

}  // namespace

sdk::Result<void> request_password_reset(const Office& office, sdk::SqlExecutor& where, const sdk::CallContext& context,
                                         const std::string& email) {
    sdk::JobRequest job;
    job.kind = kResetJob;
    job.payload = {{"email", email}};
    job.unique_key = email;
    job.priority = 10;
    const auto queued = office.host().jobs().enqueue(where, context, job);
    if (!queued) return queued.error();
    return sdk::ok();
}

sdk::Result<void> register_password_reset(Office& office) {
    if (auto done =
            office.host().jobs().handle(kResetJob, [&office](sdk::JobRun& run) { return send_reset(office, run); });
        !done)
        return done;
    return Routes(office, sdk::Site::app)
        .get("/forgot", "public", "Asks for the address of a forgotten password", &show_forgot)
        .sign_in_post("/forgot", "public", "Sends a link to choose a new password", &receive_forgot)
        .get("/reset", "public", "Asks for the new password", &show_reset)
        .sign_in_post("/reset", "public", "Keeps the new password and ends all sessions", &receive_reset)
        .done();
}

}  // namespace whatsflow::accounts
