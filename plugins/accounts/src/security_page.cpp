#include "security_page.hpp"

#include "checks.hpp"
#include "letters.hpp"
#include "links.hpp"
#include "me.hpp"
#include "second_factor.hpp"
#include "session_list.hpp"

namespace whatsflow::accounts {

using nlohmann::json;

namespace {

json panel(const Office& office, const sdk::Request& request, const std::string& name, const json& form) {
    return {{"panel_title", office.text(request.locale, "security." + name + ".title")},
            {"panel_text", office.text(request.locale, "security." + name + ".text")},
            {"form", form}};
}

Objections objections_to(const SecurityTrouble& trouble, std::string_view form) {
    return trouble.form == form ? trouble.objections : Objections{};
}

json password_panel(const Office& office, const sdk::Request& request, const SecurityTrouble& trouble) {
    Form form(office, request, "/security/password", "security.password.submit");
    form.line({"current_password", "password", "current-password", 256})
        .line({"password", "password", "new-password", 256, false, "password", "new_password"})
        .objections(objections_to(trouble, "password"));
    return panel(office, request, "password", form.model());
}

json email_panel(const Office& office, const sdk::Request& request, const Person& person,
                 const SecurityTrouble& trouble) {
    Form form(office, request, "/security/email", "security.email.submit");
    form.line({"email", "email", "email", 254, false, nullptr, "new_email"}, trouble.typed_email)
        .line({"current_password", "password", "current-password", 256})
        .objections(objections_to(trouble, "email"));
    auto model = panel(office, request, "email", form.model());
    model["panel_text"] = office.text(request.locale, "security.email.text", {{"email", person.email}});
    return model;
}

json two_factor_panel(const Office& office, const sdk::Request& request, const Person& person,
                      const SecurityTrouble& trouble) {
    const std::string name = person.two_factor ? "two_factor_on" : "two_factor_off";
    Form form(office, request, person.two_factor ? "/security/two-factor/off" : "/security/two-factor",
              "security." + name + ".submit");
    form.line({"current_password", "password", "current-password", 256})
        .objections(objections_to(trouble, "two_factor"));
    if (person.two_factor) form.dangerous();
    return panel(office, request, name, form.model());
}

/// Ids of fields are unique on the page: three forms ask for the current password.
void tell_apart(json& model, const std::string& form) {
    for (auto& field : model["form"]["fields"]) {
        const auto id = field["id"].get<std::string>();
        field["field_name"] = id;
        field["id"] = form + "-" + id;
    }
    if (model["form"]["form_errors"].is_object())
        for (auto& error : model["form"]["form_errors"]["fields"])
            error["id"] = form + "-" + error["id"].get<std::string>();
}

sdk::Result<sdk::Response> show_security(Office& office, const sdk::Request& request) {
    const auto person = me(office, request);
    if (!person) return person.error();
    return security_page(office, request, *person, {});
}

sdk::Result<sdk::Response> receive_password(Office& office, const sdk::Request& request) {
    const auto form = request.form();
    if (!form) return form.error();
    const auto person = me(office, request);
    if (!person) return person.error();
    const sdk::Secret fresh{form->get("password")};
    SecurityTrouble trouble{"password", {}, {}};
    auto wait =
        confirm_it_is_me(office, request, *person, sdk::Secret{form->get("current_password")}, trouble.objections);
    if (!wait) return wait.error();
    if (*wait) return std::move(**wait);
    if (auto done = check_password(office, trouble.objections, "password", fresh, {person->name, person->email}); !done)
        return done.error();
    if (!trouble.objections.empty()) return security_page(office, request, *person, trouble);
    const auto hash = office.passwords().call(&sdk::Passwords::hash, fresh);
    if (!hash) return hash.error();
    const auto done = office.database().transaction(request.context, [&](sdk::Transaction& tx) -> sdk::Result<void> {
        if (auto set = change_password(tx, request.context, person->id, *hash); !set) return set;
        if (auto ended = end_links(tx, request.context, person->id, "reset"); !ended) return ended;
        if (auto kept = audit_person(office, tx, request, "user.password_changed", *person); !kept) return kept;
        return post_letter(
            office, tx, request.context,
            {"password_changed",
             sdk::make_uuid(),
             person->email,
             person->name,
             person->locale,
             {{"security_url", office.app_url("/security")}, {"forgot_url", office.app_url("/forgot")}}});
    });
    if (!done) return done.error();
    return renewed_session(office, request, "/security?done=password_changed");
}

}  // namespace

sdk::Result<sdk::Response> security_page(const Office& office, const sdk::Request& request, const Person& person,
                                         const SecurityTrouble& trouble) {
    auto sessions = session_rows(office, request, person.id);
    if (!sessions) return sessions.error();
    const auto codes = count_recovery_codes(office.database(), request.context, person.id);
    if (!codes) return codes.error();
    json model{{"password", password_panel(office, request, trouble)},
               {"two_factor", two_factor_panel(office, request, person, trouble)},
               {"email_change", email_panel(office, request, person, trouble)},
               {"has_two_factor", person.two_factor},
               {"codes_left", office.text(request.locale, "security.codes_left", {{"count", std::to_string(*codes)}})},
               {"sessions", std::move(*sessions)},
               {"tabs", my_tabs(office, request, "security")},
               {"tabs_label", office.text(request.locale, "tabs.label")},
               {"notice", done_notice(office, request)},
               {"csrf_token", request.csrf_token}};
    for (const auto* name : {"password", "two_factor", "email_change"}) tell_apart(model[name], name);
    return sdk::page("accounts/security", std::move(model), trouble.objections.empty() ? 200 : 422);
}

static sdk::Result<sdk::View> has_second_factor(const Office& office, const sdk::Request& request) {
    const auto person = me(office, request);
    if (!person) return person.error();
    return sdk::View{"", {{"done", person->two_factor}}};
}

sdk::Result<void> register_security(Office& office) {
    const sdk::FirstStep step{sdk::Site::app,
                              "accounts.two_factor",
                              "accounts.two_factor.first_step",
                              "/security",
                              "account.security.manage",
                              60,
                              [&office](const sdk::Request& request) { return has_second_factor(office, request); }};
    if (auto done = office.host().contribute(step); !done) return done;
    return Routes(office, sdk::Site::app)
        .get("/security", "account.security.manage", "Password, second factor and sessions", &show_security)
        .sign_in_post("/security/password", "account.security.manage", "Changes the password", &receive_password)
        .done();
}

}  // namespace whatsflow::accounts
