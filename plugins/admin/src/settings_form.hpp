/// \file
/// A form made of a plugin's JSON Schema, and settings made of what was typed into it.
///
/// Texts, numbers, yes and no, choices and lists of texts have a field of their own kind; what
/// is more than that is edited as JSON. A secret is never shown: an empty field keeps it.
#pragma once

#include "words.hpp"

#include <whatsflow/sdk/http.hpp>

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace whatsflow::admin {

/// Fields for the theme's partial `field`, in the order of the schema. `typed` is what was sent
/// before, when there are errors.
nlohmann::json settings_fields(const nlohmann::json& schema, const nlohmann::json& settings, const sdk::Fields* typed,
                               const std::vector<sdk::FieldError>& errors, const Words& words);

/// Error `settings.invalid` with a field each for what is no number or no JSON. Whether the
/// values are acceptable is for the schema to say.
sdk::Result<nlohmann::json> settings_from_form(const nlohmann::json& schema, const sdk::Fields& typed,
                                               const Words& words);

/// Which field an objection is about: `/plans/0/code` → `plans`.
std::string field_of_pointer(const std::string& pointer);

}  // namespace whatsflow::admin
