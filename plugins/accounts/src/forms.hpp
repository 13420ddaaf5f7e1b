/// \file
/// Forms as data, for the theme's field components: what was typed comes back, every
/// objection stands beside its field, and the first of them gets the focus.
///
///     Form form(office, request, "/team/invite", "team.invite.submit");
///     form.line({"email", "email"}, input.email).choice("role", roles, input.role).objections(errors);
///     model["form"] = form.model();
///
/// Labels are `accounts.fields.<id>`, hints `accounts.hints.<hint>`, objections
/// `accounts.errors.<field>_<code>` or `accounts.errors.<code>`.
#pragma once

#include "office.hpp"

#include <string>
#include <utility>
#include <vector>

namespace whatsflow::accounts {

using Objections = std::vector<sdk::FieldError>;

struct LineShape {
    const char* id;
    const char* type = "text";
    const char* autocomplete = "off";
    int most = 254;
    bool optional = false;
    const char* hint = nullptr;   ///< key below `hints.`
    const char* label = nullptr;  ///< key below `fields.` when it is not the id
};

using Choices = std::vector<std::pair<std::string, std::string>>;  ///< value, label

class Form {
public:
    Form(const Office& office, const sdk::Request& request, std::string action_path, std::string_view submit);

    Form& line(const LineShape& shape, const std::string& value = {});
    Form& area(const LineShape& shape, const std::string& value = {});
    Form& choice(const LineShape& shape, const Choices& choices, const std::string& chosen);
    Form& check(const char* id, bool checked);
    Form& hidden(std::string name, std::string value);
    Form& objections(const Objections& objections);
    /// The button is that of something that cannot be taken back lightly.
    Form& dangerous();

    nlohmann::json model() const;

private:
    nlohmann::json base(const LineShape& shape) const;

    const Office& office_;
    std::string locale_;
    nlohmann::json model_;
};

sdk::FieldError objection(std::string field, std::string code);

/// Without spaces at the ends and control characters; one line.
std::string tidy(std::string_view text);

}  // namespace whatsflow::accounts
