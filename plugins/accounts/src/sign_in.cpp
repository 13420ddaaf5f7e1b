#include "sign_in.hpp"

#include "checks.hpp"
#include "forms.hpp"
#include "people.hpp"
#include "routes.hpp"
#include "second_factor.hpp"
#include "signed_in.hpp"

#include <whatsflow/sdk/wanted_page.hpp>

namespace whatsflow::accounts {

using nlohmann::json;

namespace {

constexpr const char* kStartAgain = "/login?again=1";
constexpr const char* kRealm = "app";
constexpr const char* kSecondRealm = "app.second_factor";

struct LoginInput {
    std::string email;
    sdk::Secret password;
    bool remember = false;
    std::string next;
};

sdk::Response login_page(const Office& office, const sdk::Request& request, const LoginInput& input,
                         const Objections& objections) {
    Form form(office, request, "/login", "login.submit");
    form.line({"email", "email", "username"}, input.email)
        .line({"password", "password", "current-password", 256})
        .check("remember", input.remember)
        .objections(objections);
    if (!input.next.empty()) form.hidden("next", input.next);
    const auto& locale = request.locale;
    std::string notice;
    for (const auto* told : {"verified", "reset", "signed_out", "again"})
        if (objections.empty() && request.query.get(told) == "1")
            notice = office.text(locale, std::string("login.notices.") + told);
    json model{{"form", form.model()},
               {"notice", notice},
               {"can_sign_up", office.settings().signup},
               {"providers", provider_links(office)}};
    model["has_providers"] = !model["providers"].empty();
    return sdk::page("accounts/login", std::move(model), objections.empty() ? 200 : 422);
}

sdk::Result<sdk::Response> show_login(Office& office, const sdk::Request& request) {
    const auto session = session_of(office, request);
    if (!session) return session.error();
    const auto next = own_path(request.query.get("next"), "");
    // A session that opens nothing, such as a suspended person's, must not send them round.
    if (*session) {
        const auto known = sdk::find_service<sdk::Authenticator>(office.host(), {{"site", "app"}})
                               .call(&sdk::Authenticator::identify, request);
        if (!known) return known.error();
        if (*known) return sdk::redirect_to(next.empty() ? "/" : next);
    }
    return login_page(office, request, {"", {}, false, next}, {});
}

sdk::Result<sdk::Response> receive_login(Office& office, const sdk::Request& request) {
    const auto form = request.form();
    if (!form) return form.error();
    const LoginInput input{lowered(tidy(form->get("email"))), sdk::Secret{form->get("password")},
                           form->get("remember") == "1" || form->get("remember") == "on",
                           own_path(form->get("next"), "")};
    Objections objections;
    check_email(objections, "email", input.email);
    if (input.password.empty()) objections.push_back(objection("password", "required"));
    if (!objections.empty()) return login_page(office, request, input, objections);

    if (auto wait = brake(office, request, kRealm, input.email); !wait || *wait)
        return wait ? sdk::Result<sdk::Response>(std::move(**wait)) : wait.error();
    const auto person = find_person_by_email(office.database(), request.context, input.email);
    if (!person) return person.error();
    const auto right = knows_password(office, *person, input.password);
    if (!right) return right.error();
    if (!*right) {
        const auto counted =
            office.throttle().call(&sdk::LoginThrottle::failed, request.context, std::string_view(kRealm),
                                   std::string_view(input.email), std::string_view(request.remote_address));
        if (!counted) return counted.error();
        return login_page(office, request, input, {objection("form", "login_wrong")});
    }
    const auto forgiven = office.throttle().call(&sdk::LoginThrottle::succeeded, request.context,
                                                 std::string_view(kRealm), std::string_view(input.email));
    if (!forgiven) return forgiven.error();
    const auto& known = **person;
    if (!known.verified()) return sdk::redirect_to("/verify");
    if (known.status != "active")
        return login_page(office, request, input, {objection("form", "login_" + known.status)});
    const auto outdated = office.passwords().call(&sdk::Passwords::outdated, known.password_hash);
    if (outdated && *outdated) {
        const auto hash = office.passwords().call(&sdk::Passwords::hash, input.password);
        if (!hash) return hash.error();
        if (auto done = change_password(office.database(), request.context, known.id, *hash); !done)
            return done.error();
    }
    const auto next = input.next.empty() ? sdk::wanted_page(request).value_or("/") : input.next;
    return let_in(office, request, known, {input.remember, next});
}

/// The session that waits for its second factor, while it still may.
sdk::Result<std::optional<sdk::Session>> waiting_session(const Office& office, const sdk::Request& request) {
    auto session = any_session_of(office, request);
    if (!session || !*session) return session;
    if (!awaits_second_factor(**session) ||
        (*session)->facts.value("until", std::int64_t{0}) < sdk::to_micros(office.now()))
        return std::optional<sdk::Session>{};
    return session;
}

sdk::Response second_factor_page(const Office& office, const sdk::Request& request, const Objections& objections) {
    Form form(office, request, "/login/second-factor", "second_factor.submit");
    form.line({"code", "text", "one-time-code", 20, false, "code"}).objections(objections);
    return sdk::page("accounts/second_factor", {{"form", form.model()}}, objections.empty() ? 200 : 422);
}

sdk::Result<sdk::Response> show_second_factor(Office& office, const sdk::Request& request) {
    const auto session = waiting_session(office, request);
    if (!session) return session.error();
    if (!*session) return sdk::redirect_to(kStartAgain);
    return second_factor_page(office, request, {});
}

sdk::Result<sdk::Response> receive_second_factor(Office& office, const sdk::Request& request) {
    const auto form = request.form();
    if (!form) return form.error();
    const auto session = waiting_session(office, request);
    if (!session) return session.error();
    if (!*session) return sdk::redirect_to(kStartAgain);
    const auto& subject = (*session)->subject;
    if (auto wait = brake(office, request, kSecondRealm, subject); !wait || *wait)
        return wait ? sdk::Result<sdk::Response>(std::move(**wait)) : wait.error();
    const auto passed = passes_second_factor(office, request.context, subject, tidy(form->get("code")));
    if (!passed) return passed.error();
    if (!*passed) {
        const auto counted =
            office.throttle().call(&sdk::LoginThrottle::failed, request.context, std::string_view(kSecondRealm),
                                   std::string_view(subject), std::string_view(request.remote_address));
        if (!counted) return counted.error();
        return second_factor_page(office, request, {objection("code", "wrong")});
    }
    const auto forgiven = office.throttle().call(&sdk::LoginThrottle::succeeded, request.context,
                                                 std::string_view(kSecondRealm), std::string_view(subject));
    if (!forgiven) return forgiven.error();
    return let_through(office, request, **session);
}

sdk::Result<sdk::Response> sign_out(Office& office, const sdk::Request& request) {
    const auto session = any_session_of(office, request);
    if (!session) return session.error();
    if (*session) {
        const auto ended = office.sessions().call(&sdk::Sessions::revoke, request.context, (*session)->id);
        if (!ended) return ended.error();
    }
    // Staff who acted as a member are shown the way back: the form of a page may not lead to
    // another site.
    const bool as_member = *session && !(*session)->facts.value("impersonator", "").empty();
    auto response = sdk::redirect_to(as_member ? "/logout?acted_in=" + (*session)->tenant.text()
                                               : std::string("/login?signed_out=1"));
    response.header("Set-Cookie", sdk::expired_session_cookie(sdk::Site::app, request.secure));
    return response;
}

bool is_id(std::string_view text) {
    return text.size() == 36 && text.find_first_not_of("0123456789abcdef-") == std::string_view::npos;
}

/// A link to /logout may be followed by a program that fetches ahead: it only asks.
sdk::Result<sdk::Response> ask_to_sign_out(Office& office, const sdk::Request& request) {
    if (const auto tenant = request.query.get("acted_in"); is_id(tenant))
        return sdk::page("accounts/acted",
                         {{"back_url", office.host().site_url(sdk::Site::admin) + "/tenants/" + tenant}});
    Form form(office, request, "/logout", "logout.submit");
    return sdk::page("accounts/logout", {{"form", form.model()}});
}

}  // namespace

sdk::Result<void> register_sign_in(Office& office) {
    return Routes(office, sdk::Site::app)
        .get("/login", "public", "Sign-in form", &show_login)
        .sign_in_post("/login", "public", "Signs somebody in", &receive_login)
        .get("/login/second-factor", "public", "Asks for the second factor", &show_second_factor)
        .sign_in_post("/login/second-factor", "public", "Checks the second factor", &receive_second_factor)
        .get("/logout", "public", "Asks whether to sign out", &ask_to_sign_out)
        .post("/logout", "public", "Signs out", &sign_out)
        .done();
}

}  // namespace whatsflow::accounts
