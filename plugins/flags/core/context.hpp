/// \file
/// Who a flag is asked for: Unleash's context.
///
/// A field is looked up among the standard names first, then among the properties. Values are
/// texts; numbers and booleans of JSON become the text that JavaScript would show.
#pragma once

#include <nlohmann/json.hpp>

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace whatsflow::flags {

struct Context {
    std::optional<std::string> user_id{};
    std::optional<std::string> session_id{};
    std::optional<std::string> remote_address{};
    std::optional<std::string> environment{};
    std::optional<std::string> app_name{};
    std::optional<std::string> current_time{};  ///< ISO 8601
    std::map<std::string, std::string, std::less<>> properties{};

    /// The standard field or property of that name; null: missing.
    const std::string* find(std::string_view name) const;
    /// The same where it is not empty: what somebody is told from others by.
    const std::string* find_filled(std::string_view name) const;
    /// The standard field of that name, to be read or set; null when it is no standard name.
    std::optional<std::string>* standard_field(std::string_view name);
    /// Sets a standard field, or else a property.
    void set(std::string_view name, std::string value);
};

/// Reads `{"userId": "7", "properties": {"country": "DE"}}`. Unknown names beside `properties`
/// count as properties, unless these have them; null counts as missing. Anything that is not an object is empty.
Context context_from_json(const nlohmann::json& object);

/// Null for one that is missing or empty.
inline const std::string* not_empty(const std::optional<std::string>& value) {
    return value && !value->empty() ? &*value : nullptr;
}

/// The same for equal contexts, after a change most likely another.
std::string fingerprint_of(const Context& context);

/// What JavaScript's String() makes of a JSON value; nothing for null.
std::optional<std::string> text_of(const nlohmann::json& value);

}  // namespace whatsflow::flags
