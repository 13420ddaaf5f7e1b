/// \file
/// Facts of one thing, for the theme's partial `description_list`.
#pragma once

#include <nlohmann/json.hpp>

#include <string>

namespace whatsflow::admin {

inline nlohmann::json fact(const std::string& term, const std::string& value, const std::string& status = {}) {
    return {{"term", term},         {"value", value.empty() ? "–" : value},
            {"fact_path", nullptr}, {"fact_status", status.empty() ? nlohmann::json(nullptr) : nlohmann::json(status)},
            {"is_code", false},     {"is_copied", false}};
}

inline nlohmann::json code_fact(const std::string& term, const std::string& value) {
    auto made = fact(term, value);
    made["is_code"] = made["is_copied"] = !value.empty();
    return made;
}

inline nlohmann::json link_fact(const std::string& term, const std::string& value, const std::string& path) {
    auto made = fact(term, value);
    if (!path.empty()) made["fact_path"] = path;
    return made;
}

}  // namespace whatsflow::admin
