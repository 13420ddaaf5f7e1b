#include "staff_user_page.hpp"

#include "checks.hpp"
#include "notes.hpp"
#include "person_details.hpp"
#include "session_list.hpp"
#include "staff_parts.hpp"
#include "tenants.hpp"

#include <charconv>

namespace whatsflow::accounts {

using nlohmann::json;

namespace {

std::string label(const Office& office, const sdk::Request& request, const std::string& key) {
    return office.text(request.locale, "staff.user." + key);
}

json person_facts(const Office& office, const sdk::Request& request, const Person& person) {
    json facts = json::array();
    facts.push_back(fact(label(office, request, "email"), person.email, {{"is_copied", true}}));
    if (!person.phone.empty()) facts.push_back(fact(label(office, request, "phone"), person.phone));
    facts.push_back(moment(label(office, request, "created"), person.created_at));
    const auto signed_in = label(office, request, "signed_in");
    facts.push_back(person.signed_in_at == 0 ? fact(signed_in, office.text(request.locale, "staff.users.never"))
                                             : moment(signed_in, person.signed_in_at));
    facts.push_back(fact(label(office, request, "second_factor"),
                         office.text(request.locale, person.two_factor ? "staff.users.yes" : "staff.users.no")));
    facts.push_back(fact(label(office, request, "locale"), person.locale));
    if (person.erase_at) facts.push_back(moment(label(office, request, "deleted_on"), *person.erase_at));
    facts.push_back(fact(label(office, request, "id"), person.id, {{"is_code", true}, {"is_copied", true}}));
    return facts;
}

/// What may be done about them now, each behind a question.
json confirmations(const Office& office, const sdk::Request& request, const Person& person) {
    json list = json::array();
    if (!request.identity->may("accounts.users.manage")) return list;
    const auto add = [&](const std::string& name, bool reason, bool danger, const std::string& typed = {}) {
        list.push_back(confirmation(
            office, request,
            {"do-" + name, "staff.user." + name, "/users/" + person.id + "/" + name, reason, danger, typed}));
    };
    if (person.status == "active") {
        add("suspend", true, true);
        add("reset", false, false);
    }
    if (person.status == "suspended") add("unsuspend", true, false);
    if (person.two_factor) add("remove_second_factor", true, true);
    if (!request.identity->may("accounts.users.delete")) return list;
    if (person.status == "deleting")
        add("undo", false, false);
    else
        add("delete", true, true, person.email);
    return list;
}

json actions_for(const json& questions) {
    json actions = json::array();
    for (const auto& question : questions)
        actions.push_back({{"label", question["confirm_label"]},
                           {"opens", question["confirm_id"]},
                           {"link_path", false},
                           {"action_path", false},
                           {"primary", false},
                           {"danger", question["is_danger"]},
                           {"action_icon", false}});
    return actions;
}

struct UserEdit {
    std::optional<PersonInput> typed;
    Objections objections;
    json changes = json::array();  ///< what somebody else changed, beside what was typed
};

json edit_user_form(const Office& office, const sdk::Request& request, const Person& person, const UserEdit& edit) {
    Form form(office, request, "/users/" + person.id + "/details", "save");
    add_person_fields(form, edit.typed ? *edit.typed : input_of(person), "person_name");
    form.hidden("version", std::to_string(person.version)).objections(edit.objections);
    return form.model();
}

sdk::Result<sdk::Response> user_page(const Office& office, const sdk::Request& request, const Person& person,
                                     const UserEdit& edit) {
    const auto& id = person.id;
    const auto homes = memberships_of(office.database(), request.context, id);
    if (!homes) return homes.error();
    json memberships = json::array();
    for (const auto& home : *homes)
        memberships.push_back({{"name", home.tenant_name},
                               {"tenant_path", "/tenants/" + home.tenant_id},
                               {"role_name", office.text(request.locale, "roles." + home.role)},
                               {"status", home.tenant_status},
                               {"status_text", office.text(request.locale, "status." + home.tenant_status)}});
    auto sessions = session_rows(office, request, id);
    if (!sessions) return sessions.error();
    auto notes = notes_about(office.database(), request.context, "user", id);
    if (!notes) return notes.error();
    auto questions = confirmations(office, request, person);
    const bool manages = request.identity->may("accounts.users.manage");
    json model{{"title", person.name},
               {"heading", person.name},
               {"lead", person.email},
               {"breadcrumbs",
                json::array({{{"label", office.text(request.locale, "staff.users.title")}, {"link_path", "/users"}}})},
               {"chip", false},
               {"chip_status", false},
               {"status", person.status},
               {"status_text", office.text(request.locale, "status." + person.status)},
               {"actions", actions_for(questions)},
               {"questions", std::move(questions)},
               {"facts", person_facts(office, request, person)},
               {"memberships", std::move(memberships)},
               {"sessions", std::move(*sessions)},
               {"notes", std::move(*notes)},
               {"entries", activity_of(office, request, {.subject = id})},
               {"edit", manages ? edit_user_form(office, request, person, edit) : json(false)},
               {"changes", edit.changes},
               {"has_changes", !edit.changes.empty()},
               {"panels", panels_of(office, request, "user")},
               {"manages", manages},
               {"subject_path", "/users/" + id},
               {"notice", done_notice(office, request)},
               {"notice_is_bad", request.query.get("done") == "only_owner"},
               {"csrf_token", request.csrf_token}};
    const int status = edit.typed ? (edit.changes.empty() ? 422 : 409) : 200;
    return sdk::page("accounts/staff/user", std::move(model), status);
}

sdk::Result<Person> user_asked_for(const Office& office, const sdk::Request& request) {
    auto person = find_person(office.database(), request.context, request.parameters.get("id"));
    if (!person) return person.error();
    if (!*person) return nothing_there();
    return std::move(**person);
}

sdk::Result<sdk::Response> show_user(Office& office, const sdk::Request& request) {
    const auto person = user_asked_for(office, request);
    if (!person) return person.error();
    return user_page(office, request, *person, {});
}

sdk::Result<sdk::Response> change_user(Office& office, const sdk::Request& request) {
    const auto form = request.form();
    if (!form) return form.error();
    const auto person = user_asked_for(office, request);
    if (!person) return person.error();
    auto typed = read_person_input(*form);
    typed.phone = international_number(typed.phone).value_or(typed.phone);
    UserEdit edit{typed, object_to_person(typed), json::array()};
    if (!edit.objections.empty()) return user_page(office, request, *person, edit);
    const auto seen = form->get("version");
    std::int64_t version = 0;
    std::from_chars(seen.data(), seen.data() + seen.size(), version);
    const auto changed = change_person(office, request, *person, typed, version);
    if (!changed) return changed.error();
    const auto saved = sdk::redirect_to("/users/" + person->id + "?done=saved");
    if (*changed) return saved;
    const auto now = user_asked_for(office, request);
    if (!now) return now.error();
    edit.changes = changed_fields(office, request, facts_of(input_of(*now)), facts_of(typed), "person_name");
    return edit.changes.empty() ? saved : user_page(office, request, *now, edit);
}

}  // namespace

sdk::Result<void> register_staff_user_page(Office& office) {
    return Routes(office, sdk::Site::admin)
        .get("/users/{id}", "accounts.users.read", "One user", &show_user)
        .post("/users/{id}/details", "accounts.users.manage", "Changes what a user says of themselves", &change_user)
        .done();
}

}  // namespace whatsflow::accounts
