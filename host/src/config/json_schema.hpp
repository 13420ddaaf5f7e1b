/// \file
/// Checks values against a JSON Schema and says in plain words what is wrong.
///
/// The schema library decides, we speak: its own messages name constraints, ours name the
/// key and what it has to be. The only file that knows that library.
#pragma once

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace whatsflow::config {

struct SchemaViolation {
    std::string pointer;  ///< of the key, `/limits/max`; empty for the whole
    std::string message;  ///< `limits.max must be a whole number from 1 to 10`; never the value
};

/// Every violation, unknown keys (with the nearest known one) included. Empty: valid.
std::vector<SchemaViolation> find_violations(const nlohmann::json& schema, const nlohmann::json& value);

/// The messages alone.
std::vector<std::string> validate(const nlohmann::json& schema, const nlohmann::json& value);

/// What a value has to be, in words: `a text, one of test, live`.
std::string expectation(const nlohmann::json& schema);

/// `value` with every default filled in that the schema has for a missing key, also inside
/// tables that have keys with defaults.
nlohmann::json with_defaults(const nlohmann::json& schema, nlohmann::json value);

/// What a plugin's settings schema lacks: an object whose every key has a description,
/// `additionalProperties: false`, defaults that are valid, and no `$ref`. Empty: fine.
std::vector<std::string> schema_problems(const nlohmann::json& schema);

}  // namespace whatsflow::config
