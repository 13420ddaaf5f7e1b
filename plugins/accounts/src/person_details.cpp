#include "person_details.hpp"

#include "checks.hpp"
#include "me.hpp"
#include "places.hpp"

namespace whatsflow::accounts {

using nlohmann::json;

namespace {

bool is_language(const std::string& code) {
    return std::ranges::any_of(languages(), [&](const auto& each) { return each.first == code; });
}

}  // namespace

std::vector<std::pair<std::string, std::string>> languages() {
    return {{"en", "English"}, {"si", "සිංහල"}, {"ta", "தமிழ்"}};
}

PersonInput read_person_input(const sdk::Fields& form) {
    return {tidy(form.get("name")), tidy(form.get("phone")), form.get("locale"), form.get("time_zone")};
}

PersonInput input_of(const Person& person) {
    return {person.name, person.phone, person.locale, person.time_zone};
}

Objections object_to_person(const PersonInput& input) {
    Objections objections;
    check_text(objections, "name", input.name, 120);
    if (!international_number(input.phone)) objections.push_back(objection("phone", "invalid"));
    if (!is_language(input.locale)) objections.push_back(objection("locale", "choice"));
    if (!input.time_zone.empty() && !is_time_zone(input.time_zone))
        objections.push_back(objection("time_zone", "choice"));
    return objections;
}

void add_person_fields(Form& form, const PersonInput& input, const char* name_label) {
    form.line({"name", "text", "name", 120, false, nullptr, name_label}, input.name)
        .line({"phone", "tel", "tel", 30, true, "phone"}, input.phone)
        .choice({"locale", "", "language"}, languages(), input.locale)
        .choice({"time_zone", "", "off", 64, true, "time_zone"}, time_zones(), input.time_zone);
}

json facts_of(const PersonInput& input) {
    return {{"name", input.name}, {"phone", input.phone}, {"locale", input.locale}, {"time_zone", input.time_zone}};
}

sdk::Result<bool> change_person(const Office& office, const sdk::Request& request, const Person& person,
                                const PersonInput& input, std::int64_t version) {
    const auto phone = international_number(input.phone).value_or("");
    auto stored = input;
    stored.phone = phone;
    bool current = false;
    const auto done = office.database().transaction(request.context, [&](sdk::Transaction& tx) -> sdk::Result<void> {
        const auto changed =
            tx.execute(request.context,
                       "UPDATE accounts_users SET name = ?, name_key = ?, phone = ?, locale = ?, time_zone = ?, "
                       "version = version + 1 WHERE id = ? AND version = ?",
                       {input.name, lowered(input.name), phone, input.locale, input.time_zone, person.id, version});
        if (!changed) return changed.error();
        current = *changed == 1;
        if (!current) return sdk::ok();
        if (auto found = index_person(tx, request.context, person.id, person.email, input.name, phone); !found)
            return found;
        return audit_person(office, tx, request, "user.profile_changed", person, facts_of(input_of(person)),
                            facts_of(stored));
    });
    if (!done) return done.error();
    return current;
}

}  // namespace whatsflow::accounts
