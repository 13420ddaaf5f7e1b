/// \file
/// A field of a form as the theme's partial `field` draws it.
///
///     model["email"] = line("email", words("staff.email"), {.type = "email", .value = typed});
#pragma once

#include <whatsflow/sdk/result.hpp>

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace whatsflow::admin {

struct FieldLook {
    std::string type = "text";
    std::string value{};
    std::string hint{};
    std::string autocomplete = "off";
    std::string error{};
    int most = 200;
    int text_rows = 7;
    bool optional = false;
    bool unmarked = false;  ///< optional as most others there: the label does not say so
    std::string id{};       ///< where the page has the same name twice
};

/// Value and label.
using Choices = std::vector<std::pair<std::string, std::string>>;

nlohmann::json line(const std::string& name, const std::string& label, const FieldLook& look = {});
nlohmann::json password(const std::string& name, const std::string& label, const FieldLook& look = {});
nlohmann::json code_field(const std::string& name, const std::string& label, const FieldLook& look = {});
nlohmann::json text_area(const std::string& name, const std::string& label, const FieldLook& look = {});
nlohmann::json switch_field(const std::string& name, const std::string& label, bool on, const FieldLook& look = {});
nlohmann::json choice(const std::string& name, const std::string& label, const Choices& choices,
                      const FieldLook& look = {});

/// The message about `field`, or empty.
std::string error_of(const std::vector<sdk::FieldError>& errors, std::string_view field);

}  // namespace whatsflow::admin
