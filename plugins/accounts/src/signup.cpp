#include "signup.hpp"

#include "checks.hpp"
#include "events.hpp"
#include "forms.hpp"
#include "letters.hpp"
#include "links.hpp"
#include "people.hpp"
#include "places.hpp"
#include "routes.hpp"
#include "signed_in.hpp"
#include "tenants.hpp"

#include <whatsflow/sdk/audit.hpp>
#include <whatsflow/sdk/feature_flags.hpp>
#include <whatsflow/sdk/jobs.hpp>
#include <whatsflow/sdk/outbox.hpp>

namespace whatsflow::accounts {

using nlohmann::json;

namespace {

constexpr auto kVerifyLife = std::chrono::hours{48};
constexpr std::size_t kLongestFact = 100;

constexpr const char* kFlag = "sign-ups";

/// The configuration says so, and staff have not closed the door for now.
bool is_signup_open(const Office& office) {
    return office.settings().signup &&
           sdk::flag_value(sdk::find_service<sdk::FeatureFlags>(office.host()), kFlag, true, {});
}

struct SignupInput {
    std::string name;
    std::string company;
    std::string email;
    sdk::Secret password;
    std::string country;
    json facts;
};

SignupInput read_signup(const sdk::Fields& form) {
    return {tidy(form.get("name")),           tidy(form.get("company")),
            lowered(tidy(form.get("email"))), sdk::Secret{form.get("password")},
            tidy(form.get("country")),        signup_facts_of(form)};
}

sdk::Result<Objections> object_to_signup(const Office& office, const SignupInput& input) {
    Objections objections;
    check_text(objections, "name", input.name, 120);
    check_text(objections, "company", input.company, 120);
    check_email(objections, "email", input.email);
    if (auto done =
            check_password(office, objections, "password", input.password, {input.name, input.email, input.company});
        !done)
        return done.error();
    if (!is_country(input.country))
        objections.push_back(objection("country", input.country.empty() ? "required" : "choice"));
    return objections;
}

sdk::Response signup_page(const Office& office, const sdk::Request& request, const SignupInput& input,
                          const Objections& objections) {
    Form form(office, request, "/signup", "signup.submit");
    form.line({"name", "text", "name", 120}, input.name)
        .line({"company", "text", "organization", 120}, input.company)
        .line({"email", "email", "email", 254, false, nullptr, "work_email"}, input.email)
        .line({"password", "password", "new-password", 256, false, "password"})
        .choice({"country", "", "country"}, countries(), input.country)
        .objections(objections);
    for (const auto* name : {"plan", "interval"})
        if (const auto value = input.facts.value(name, ""); !value.empty()) form.hidden(name, value);
    if (input.facts.contains("campaign"))
        for (const auto& [name, value] : input.facts["campaign"].items()) form.hidden(name, value.get<std::string>());
    json model{{"form", form.model()},
               {"open", is_signup_open(office)},
               {"plan", input.facts.value("plan", "")},
               {"terms_url", office.host().site_url(sdk::Site::landing) + "/terms"},
               {"privacy_url", office.host().site_url(sdk::Site::landing) + "/privacy"},
               {"providers", provider_links(office)}};
    model["has_providers"] = !model["providers"].empty();
    return sdk::page("accounts/signup", std::move(model), objections.empty() ? 200 : 422);
}

sdk::Result<sdk::Response> show_signup(Office& office, const sdk::Request& request) {
    const auto session = session_of(office, request);
    if (!session) return session.error();
    if (*session) return sdk::redirect_to("/");
    SignupInput input;
    input.country = office.settings().default_country;
    input.facts = signup_facts_of(request.query);
    return signup_page(office, request, input, {});
}

sdk::Result<void> send_verification(const Office& office, sdk::SqlExecutor& where, const sdk::CallContext& context,
                                    const Link& link, const std::string& email, const std::string& name,
                                    const std::string& locale) {
    const auto token = make_link(office, where, context, "verify", link, kVerifyLife, OlderLinks::end);
    if (!token) return token.error();
    return post_letter(
        office, where, context,
        {"verify", sdk::make_uuid(), email, name, locale, {{"link_url", office.app_url("/verify?token=" + *token)}}});
}

/// The new password lies in the link, not with the person: whoever confirms by a mail gets
/// the password that this sign-up chose, not one that somebody else chose before.
Link verification_link(const std::string& user_id, const SignupInput& input, const std::string& hash) {
    return {user_id, {{"password_hash", hash}, {"name", input.name}}};
}

sdk::Result<void> welcome_newcomer(Office& office, const sdk::Request& request, sdk::Transaction& tx,
                                   const SignupInput& input, const std::string& hash) {
    const auto& context = request.context;
    const auto user = add_person(office, tx, context, {input.email, input.name, hash, request.locale, false});
    if (!user) return user.error();
    const auto tenant = add_tenant(office, tx, context, {input.company, input.country, request.locale, input.facts},
                                   *user, input.email);
    if (!tenant) return tenant.error();
    auto actor = sdk::actor_of(request);
    actor.label = input.name + " <" + input.email + ">";
    const sdk::AuditEntry entry{.action = "tenant.signed_up",
                                .subject = {"tenant", tenant->text(), input.company},
                                .tenant = *tenant,
                                .after = {{"name", input.company}, {"country", input.country}}};
    if (auto done = office.host().audit().append(tx, context, actor, entry); !done) return done;
    return send_verification(office, tx, context, verification_link(*user, input, hash), input.email, input.name,
                             request.locale);
}

sdk::Result<void> greet_known(const Office& office, const sdk::Request& request, sdk::Transaction& tx,
                              const Person& known, const SignupInput& input, const std::string& hash) {
    if (!known.verified())
        return send_verification(office, tx, request.context, verification_link(known.id, input, hash), known.email,
                                 input.name, request.locale);
    return post_letter(office, tx, request.context,
                       {"signup_known",
                        sdk::make_uuid(),
                        known.email,
                        known.name,
                        known.locale,
                        {{"login_url", office.app_url("/login")}, {"forgot_url", office.app_url("/forgot")}}});
}

sdk::Result<sdk::Response> receive_signup(Office& office, const sdk::Request& request) {
    const auto form = request.form();
    if (!form) return form.error();
    if (!is_signup_open(office)) return nothing_there();
    const auto input = read_signup(*form);
    const auto objections = object_to_signup(office, input);
    if (!objections) return objections.error();
    if (!objections->empty()) return signup_page(office, request, input, *objections);
    const auto hash = office.passwords().call(&sdk::Passwords::hash, input.password);
    if (!hash) return hash.error();
    const auto join = [&](sdk::Transaction& tx) -> sdk::Result<void> {
        const auto known = find_person_by_email(tx, request.context, input.email);
        if (!known) return known.error();
        if (*known) return greet_known(office, request, tx, **known, input, *hash);
        return welcome_newcomer(office, request, tx, input, *hash);
    };
    auto done = office.database().transaction(request.context, join);
    // Two sign-ups at the same moment: the second finds the first.
    if (!done && done.error().code == "database.duplicate") done = office.database().transaction(request.context, join);
    if (!done) return done.error();
    return sdk::redirect_to("/verify?sent=1");
}

sdk::Response verify_page(const Office& office, const sdk::Request& request, const Objections& objections,
                          const std::string& email) {
    Form form(office, request, "/verify", "verify.send_again");
    form.line({"email", "email", "email"}, email).objections(objections);
    return sdk::page("accounts/verify",
                     {{"form", form.model()}, {"sent", request.query.get("sent") == "1" && objections.empty()}},
                     objections.empty() ? 200 : 422);
}

sdk::Result<sdk::Response> confirm_address(Office& office, const sdk::Request& request, const std::string& token) {
    bool confirmed = false;
    const auto done = office.database().transaction(request.context, [&](sdk::Transaction& tx) -> sdk::Result<void> {
        confirmed = false;
        const auto link = use_link(office, tx, request.context, "verify", token);
        if (!link) return link.error();
        if (!*link) return sdk::ok();
        const auto person = find_person(tx, request.context, (*link)->user_id);
        if (!person) return person.error();
        if (!*person || (*person)->verified()) return sdk::ok();
        const auto& facts = (*link)->facts;
        if (auto set = change_password(tx, request.context, (*person)->id, facts.value("password_hash", "")); !set)
            return set;
        if (auto marked = mark_verified(office, tx, request.context, (*person)->id); !marked) return marked;
        const auto homes = memberships_of(tx, request.context, (*person)->id);
        if (!homes) return homes.error();
        const sdk::TenantId tenant{homes->empty() ? std::string{} : homes->front().tenant_id};
        confirmed = true;
        return sdk::record(office.host().outbox(), tx, request.context,
                           UserVerified{sdk::UserId{(*person)->id}, tenant, (*person)->email}, tenant);
    });
    if (!done) return done.error();
    if (!confirmed) return dead_link_page();
    return sdk::redirect_to("/login?verified=1");
}

sdk::Result<sdk::Response> show_verify(Office& office, const sdk::Request& request) {
    if (const auto token = request.query.get("token"); !token.empty()) return confirm_address(office, request, token);
    return verify_page(office, request, {}, "");
}

/// The work is left to a job, so that an unknown address takes as long as a known one.
sdk::Result<sdk::Response> send_again(Office& office, const sdk::Request& request) {
    const auto form = request.form();
    if (!form) return form.error();
    const auto email = lowered(tidy(form->get("email")));
    Objections objections;
    check_email(objections, "email", email);
    if (!objections.empty()) return verify_page(office, request, objections, email);
    sdk::JobRequest job;
    job.kind = "accounts.verify_again";
    job.payload = {{"email", email}};
    job.unique_key = email;
    const auto queued = office.host().jobs().enqueue(office.database(), request.context, job);
    if (!queued) return queued.error();
    return sdk::redirect_to("/verify?sent=1");
}

sdk::Result<void> verify_again(Office& office, sdk::JobRun& run) {
    return office.database().transaction(run.context(), [&](sdk::Transaction& tx) -> sdk::Result<void> {
        const auto person = find_person_by_email(tx, run.context(), run.payload().value("email", ""));
        if (!person) return person.error();
        if (*person && !(*person)->verified()) {
            const Link link{(*person)->id, {{"password_hash", (*person)->password_hash}, {"name", (*person)->name}}};
            if (auto sent = send_verification(office, tx, run.context(), link, (*person)->email, (*person)->name,
                                              (*person)->locale);
                !sent)
                return sent;
        }
        return run.complete_in(tx);
    });
}

}  // namespace

json signup_facts_of(const sdk::Fields& from) {
    json facts = json::object();
    json campaign = json::object();
    for (const auto& [name, value] : from.entries()) {
        if (value.empty() || value.size() > kLongestFact || name.size() > kLongestFact) continue;
        if (name == "plan" || name == "interval")
            facts[name] = tidy(value);
        else if ((name.starts_with("utm_") || name == "ref") && campaign.size() < 10)
            campaign[name] = tidy(value);
    }
    if (!campaign.empty()) facts["campaign"] = std::move(campaign);
    return facts;
}

sdk::Result<void> register_signup(Office& office) {
    if (auto done = office.host().jobs().handle("accounts.verify_again",
                                                [&office](sdk::JobRun& run) { return verify_again(office, run); });
        !done)
        return done;
    sdk::Contribution flag;
    flag.slot = "whatsflow.slot.platform_flag/1";
    flag.site = sdk::Site::admin;
    flag.key = kFlag;
    flag.data = {{"description", "Sign-ups of new tenants"}, {"type", "kill-switch"}, {"enabled", true}};
    if (auto done = office.host().contribute(std::move(flag)); !done) return done;
    return Routes(office, sdk::Site::app)
        .get("/signup", "public", "Sign-up form", &show_signup)
        .sign_in_post("/signup", "public", "Signs somebody up", &receive_signup)
        .get("/verify", "public", "Confirms an e-mail address, or says to look for the mail", &show_verify)
        .sign_in_post("/verify", "public", "Sends the confirming mail again", &send_again)
        .done();
}

}  // namespace whatsflow::accounts
