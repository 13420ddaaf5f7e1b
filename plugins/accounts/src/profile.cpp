#include "profile.hpp"

#include "checks.hpp"
#include "data_export.hpp"
#include "me.hpp"
#include "places.hpp"

namespace whatsflow::accounts {

using nlohmann::json;

namespace {

struct ProfileInput {
    std::string name;
    std::string phone;
    std::string locale;
    std::string time_zone;
};

bool is_language(const std::string& code) {
    return std::ranges::any_of(languages(), [&](const auto& each) { return each.first == code; });
}

sdk::Result<sdk::Response> profile_page(const Office& office, const sdk::Request& request, const Person& person,
                                        const ProfileInput& input, const Objections& objections) {
    Form form(office, request, "/account", "save");
    form.line({"name", "text", "name", 120}, input.name)
        .line({"phone", "tel", "tel", 30, true, "phone"}, input.phone)
        .choice({"locale", "", "language"}, languages(), input.locale)
        .choice({"time_zone", "", "off", 64, true, "time_zone"}, time_zones(), input.time_zone)
        .objections(objections);
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
    return profile_page(office, request, *person, {person->name, person->phone, person->locale, person->time_zone}, {});
}

sdk::Result<sdk::Response> receive_profile(Office& office, const sdk::Request& request) {
    const auto form = request.form();
    if (!form) return form.error();
    const auto person = me(office, request);
    if (!person) return person.error();
    ProfileInput input{tidy(form->get("name")), tidy(form->get("phone")), form->get("locale"), form->get("time_zone")};
    Objections objections;
    check_text(objections, "name", input.name, 120);
    const auto phone = international_number(input.phone);
    if (!phone) objections.push_back(objection("phone", "invalid"));
    if (!is_language(input.locale)) objections.push_back(objection("locale", "choice"));
    if (!input.time_zone.empty() && !is_time_zone(input.time_zone))
        objections.push_back(objection("time_zone", "choice"));
    if (!objections.empty()) return profile_page(office, request, *person, input, objections);
    const auto done = office.database().transaction(request.context, [&](sdk::Transaction& tx) -> sdk::Result<void> {
        const auto changed =
            tx.execute(request.context,
                       "UPDATE accounts_users SET name = ?, name_key = ?, phone = ?, locale = ?, "
                       "time_zone = ?, version = version + 1 WHERE id = ?",
                       {input.name, lowered(input.name), *phone, input.locale, input.time_zone, person->id});
        if (!changed) return changed.error();
        if (auto found = index_person(tx, request.context, person->id, person->email, input.name, *phone); !found)
            return found;
        return audit_person(office, tx, request, "user.profile_changed", *person,
                            {{"name", person->name}, {"phone", person->phone}, {"locale", person->locale}},
                            {{"name", input.name}, {"phone", *phone}, {"locale", input.locale}});
    });
    if (!done) return done.error();
    return sdk::redirect_to("/account?done=saved");
}

}  // namespace

std::vector<std::pair<std::string, std::string>> languages() {
    return {{"en", "English"}, {"si", "සිංහල"}, {"ta", "தமிழ்"}};
}

sdk::Result<void> register_profile(Office& office) {
    return Routes(office, sdk::Site::app)
        .get("/account", "account.profile", "The profile of the signed-in person", &show_profile)
        .post("/account", "account.profile", "Changes the profile", &receive_profile)
        .done();
}

}  // namespace whatsflow::accounts
