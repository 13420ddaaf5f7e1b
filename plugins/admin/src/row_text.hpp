/// \file
/// Reads fields of the rows that the host's boards hand out, whatever is missing in them.
#pragma once

#include <nlohmann/json.hpp>

#include <string>

namespace whatsflow::admin {

/// A text as it is, a number or an object as JSON, nothing for null or a missing field.
inline std::string text_of(const nlohmann::json& row, const std::string& key) {
    if (!row.is_object()) return {};
    const auto found = row.find(key);
    if (found == row.end() || found->is_null()) return {};
    return found->is_string() ? found->get<std::string>()
                              : found->dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

inline std::int64_t number_of(const nlohmann::json& row, const std::string& key) {
    if (!row.is_object()) return 0;
    const auto found = row.find(key);
    return found != row.end() && found->is_number() ? found->get<std::int64_t>() : 0;
}

inline bool truth_of(const nlohmann::json& row, const std::string& key) {
    if (!row.is_object()) return false;
    const auto found = row.find(key);
    if (found == row.end()) return false;
    return found->is_boolean() ? found->get<bool>() : found->is_number() && found->get<double>() != 0;
}

/// A text on several lines for a code block.
inline std::string pretty(const nlohmann::json& value) {
    return value.dump(2, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace whatsflow::admin
