#include "two_factor_pages.hpp"

#include "letters.hpp"
#include "me.hpp"
#include "second_factor.hpp"
#include "security_page.hpp"
#include "session_list.hpp"

namespace whatsflow::accounts {

using nlohmann::json;

namespace {

/// The password was asked for; a wrong one shows the security page with the objection.
sdk::Result<std::optional<sdk::Response>> ask_password(Office& office, const sdk::Request& request,
                                                       const Person& person) {
    const auto form = request.form();
    if (!form) return form.error();
    SecurityTrouble trouble{"two_factor", {}, {}};
    auto wait =
        confirm_it_is_me(office, request, person, sdk::Secret{form->get("current_password")}, trouble.objections);
    if (!wait || *wait || trouble.objections.empty()) return wait;
    auto page = security_page(office, request, person, trouble);
    if (!page) return page.error();
    return std::optional{std::move(*page)};
}

sdk::Result<sdk::Response> enrolment_page(const Office& office, const sdk::Request& request, const Person& person,
                                          const Objections& objections) {
    const auto secret = second_factor_secret(office, person);
    if (!secret) return secret.error();
    if (secret->empty() || person.two_factor) return sdk::redirect_to("/security");
    const auto uri =
        office.codes().call(&sdk::OneTimeCodes::provisioning_uri, *secret, office.settings().brand, person.email);
    if (!uri) return uri.error();
    const auto picture = office.codes().call(&sdk::OneTimeCodes::qr_code_svg, *uri);
    if (!picture) return picture.error();
    Form form(office, request, "/security/two-factor/confirm", "two_factor.submit");
    form.line({"code", "code", "one-time-code", 6}).objections(objections);
    std::string grouped;
    for (std::size_t at = 0; at < secret->reveal().size(); ++at)
        grouped += (at > 0 && at % 4 == 0 ? " " : "") + secret->reveal().substr(at, 1);
    return sdk::page("accounts/two_factor", {{"picture_html", *picture}, {"secret", grouped}, {"form", form.model()}},
                     objections.empty() ? 200 : 422);
}

sdk::Result<sdk::Response> begin_enrolment(Office& office, const sdk::Request& request) {
    const auto person = me(office, request);
    if (!person) return person.error();
    auto refused = ask_password(office, request, *person);
    if (!refused) return refused.error();
    if (*refused) return std::move(**refused);
    const auto begun = begin_second_factor(office, request.context, person->id);
    if (!begun) return begun.error();
    return sdk::redirect_to("/security/two-factor");
}

sdk::Result<sdk::Response> show_enrolment(Office& office, const sdk::Request& request) {
    const auto person = me(office, request);
    if (!person) return person.error();
    return enrolment_page(office, request, *person, {});
}

sdk::Result<void> tell_of_change(const Office& office, sdk::SqlExecutor& where, const sdk::Request& request,
                                 const Person& person, std::string_view change) {
    return post_letter(office, where, request.context,
                       {"second_factor_changed",
                        sdk::make_uuid(),
                        person.email,
                        person.name,
                        person.locale,
                        {{"change", office.text(person.locale, std::string("two_factor.") + std::string(change))},
                         {"security_url", office.app_url("/security")},
                         {"forgot_url", office.app_url("/forgot")}}});
}

/// The codes are on this answer and nowhere else, so it is no redirect and is never kept.
sdk::Response codes_page(const Office& office, const sdk::Request& request, const std::vector<std::string>& codes,
                         const sdk::Response& renewed) {
    std::string lines;
    for (const auto& code : codes) lines += code + "\n";
    auto response = sdk::page("accounts/recovery_codes",
                              {{"code", lines}, {"code_label", office.text(request.locale, "codes.label")}});
    response.header("Cache-Control", "no-store");
    for (const auto& [name, value] : renewed.headers().entries())
        if (name == "Set-Cookie") response.header(name, value);
    return response;
}

sdk::Result<sdk::Response> confirm_enrolment(Office& office, const sdk::Request& request) {
    const auto form = request.form();
    if (!form) return form.error();
    const auto person = me(office, request);
    if (!person) return person.error();
    if (person->two_factor) return sdk::redirect_to("/security");
    std::vector<std::string> codes;
    const auto done = office.database().transaction(request.context, [&](sdk::Transaction& tx) -> sdk::Result<void> {
        auto made = confirm_second_factor(office, tx, request.context, *person, tidy(form->get("code")));
        if (!made) return made.error();
        codes = std::move(*made);
        if (codes.empty()) return sdk::ok();
        if (auto kept = audit_person(office, tx, request, "user.second_factor_switched_on", *person); !kept)
            return kept;
        return tell_of_change(office, tx, request, *person, "on");
    });
    if (!done) return done.error();
    if (codes.empty()) return enrolment_page(office, request, *person, {objection("code", "wrong")});
    const auto renewed = renewed_session(office, request, "/security");
    if (!renewed) return renewed.error();
    return codes_page(office, request, codes, *renewed);
}

sdk::Result<sdk::Response> renew_codes(Office& office, const sdk::Request& request) {
    const auto person = me(office, request);
    if (!person) return person.error();
    if (!person->two_factor) return sdk::redirect_to("/security");
    auto refused = ask_password(office, request, *person);
    if (!refused) return refused.error();
    if (*refused) return std::move(**refused);
    std::vector<std::string> codes;
    const auto done = office.database().transaction(request.context, [&](sdk::Transaction& tx) -> sdk::Result<void> {
        auto made = renew_recovery_codes(office, tx, request.context, person->id);
        if (!made) return made.error();
        codes = std::move(*made);
        return audit_person(office, tx, request, "user.recovery_codes_renewed", *person);
    });
    if (!done) return done.error();
    return codes_page(office, request, codes, sdk::Response{});
}

sdk::Result<sdk::Response> switch_off(Office& office, const sdk::Request& request) {
    const auto person = me(office, request);
    if (!person) return person.error();
    auto refused = ask_password(office, request, *person);
    if (!refused) return refused.error();
    if (*refused) return std::move(**refused);
    const auto done = office.database().transaction(request.context, [&](sdk::Transaction& tx) -> sdk::Result<void> {
        if (auto removed = remove_second_factor(tx, request.context, person->id); !removed) return removed;
        if (auto kept = audit_person(office, tx, request, "user.second_factor_switched_off", *person); !kept)
            return kept;
        return tell_of_change(office, tx, request, *person, "off");
    });
    if (!done) return done.error();
    return renewed_session(office, request, "/security?done=two_factor_off");
}

}  // namespace

sdk::Result<void> register_two_factor(Office& office) {
    const std::string permission = "account.security.manage";
    return Routes(office, sdk::Site::app)
        .sign_in_post("/security/two-factor", permission, "Begins to switch the second factor on", &begin_enrolment)
        .get("/security/two-factor", permission, "The picture for the authenticator app", &show_enrolment)
        .sign_in_post("/security/two-factor/confirm", permission, "Switches the second factor on", &confirm_enrolment)
        .sign_in_post("/security/two-factor/codes", permission, "Makes new recovery codes", &renew_codes)
        .sign_in_post("/security/two-factor/off", permission, "Switches the second factor off", &switch_off)
        .done();
}

}  // namespace whatsflow::accounts
