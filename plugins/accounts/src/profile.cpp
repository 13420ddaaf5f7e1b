#include "profile.hpp"

#include "data_export.hpp"
#include "me.hpp"
#include "person_details.hpp"

namespace whatsflow::accounts {

using nlohmann::json;

namespace {

sdk::Result<sdk::Response> profile_page(const Office& office, const sdk::Request& request, const Person& person,
                                        const PersonInput& input, const Objections& objections) {
    Form form(office, request, "/account", "save");
    add_person_fields(form, input, "name");
    form.objections(objections);
    auto exports = export_list(office, request);
    if (!exports) return exports.error();
    json model{{"form", form.model()},
               {"panel_title", office.text(request.locale, "profile.panel")},
               {"panel_text", false},
               {"tabs", my_tabs(office, request, "account")},
               {"tabs_label", office.text(request.locale, "tabs.label")},
               {"notice", done_notice(office, request)},
               {"email", person.email},
               {"may_export", request.identity->may("account.security.export")},
               {"may_change_email", request.identity->may("account.security.manage")},
               {"exports", std::move(*exports)},
               {"csrf_token", request.csrf_token}};
    return sdk::page("accounts/account", std::move(model), objections.empty() ? 200 : 422);
}

sdk::Result<sdk::Response> show_profile(Office& office, const sdk::Request& request) {
    const auto person = me(office, request);
    if (!person) return person.error();
    return profile_page(office, request, *person, input_of(*person), {});
}

sdk::Result<sdk::Response> receive_profile(Office& office, const sdk::Request& request) {
    const auto form = request.form();
    if (!form) return form.error();
    const auto person = me(office, request);
    if (!person) return person.error();
    const auto input = read_person_input(*form);
    const auto objections = object_to_person(input);
    if (!objections.empty()) return profile_page(office, request, *person, input, objections);
    // Whoever changes their own profile does so in one place: what they see last is meant.
    const auto done = change_person(office, request, *person, input, person->version);
    if (!done) return done.error();
    return sdk::redirect_to("/account?done=saved");
}

}  // namespace

sdk::Result<void> register_profile(Office& office) {
    return Routes(office, sdk::Site::app)
        .get("/account", "account.profile", "The profile of the signed-in person", &show_profile)
        .post("/account", "account.profile", "Changes the profile", &receive_profile)
        .done();
}

}  // namespace whatsflow::accounts
