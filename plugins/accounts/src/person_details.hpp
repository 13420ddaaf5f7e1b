/// \file
/// What a person says of themselves: name, phone, language, time zone. Changed on their own
/// profile, or by staff who help them.
#pragma once

#include "forms.hpp"
#include "people.hpp"

namespace whatsflow::accounts {

struct PersonInput {
    std::string name;
    std::string phone;
    std::string locale;
    std::string time_zone;
};

/// The languages that people may choose, by code and name.
std::vector<std::pair<std::string, std::string>> languages();

PersonInput read_person_input(const sdk::Fields& form);
PersonInput input_of(const Person& person);
Objections object_to_person(const PersonInput& input);
/// `name_label` is below `fields.`: `name` asks the person, `person_name` somebody else.
void add_person_fields(Form& form, const PersonInput& input, const char* name_label);
nlohmann::json facts_of(const PersonInput& input);

/// With its audit entry. False when somebody else changed the person since `version`.
sdk::Result<bool> change_person(const Office& office, const sdk::Request& request, const Person& person,
                                const PersonInput& input, std::int64_t version);

}  // namespace whatsflow::accounts
