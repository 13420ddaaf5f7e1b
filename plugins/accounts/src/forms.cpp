#include "forms.hpp"

namespace whatsflow::accounts {

using nlohmann::json;

Form::Form(const Office& office, const sdk::Request& request, std::string action_path, std::string_view submit)
    : office_(office),
      locale_(request.locale),
      model_{{"action_path", std::move(action_path)},
             {"csrf_token", request.csrf_token},
             {"submit", office.text(request.locale, submit)},
             {"hidden", json::array()},
             {"fields", json::array()},
             {"is_dangerous", false},
             {"form_errors", false}} {}

/// Every name the component reads is set, so that none is taken from around it.
json Form::base(const LineShape& shape) const {
    json field{{"id", shape.id},
               {"label", office_.text(locale_, "fields." + std::string(shape.label ? shape.label : shape.id))},
               {"type", shape.type},
               {"autocomplete", shape.autocomplete},
               {"most", std::to_string(shape.most)},
               {"digits", std::to_string(shape.most)},
               {"optional", shape.optional},
               {"hint", shape.hint ? json(office_.text(locale_, "hints." + std::string(shape.hint))) : json(false)},
               {"value", ""},
               {"choices", json::array()}};
    for (const auto* unset :
         {"is_line",   "is_password", "is_text", "is_choice",  "is_cards",    "is_check", "is_switch", "is_date",
          "is_code",   "is_file",     "checked", "field_name", "placeholder", "prefix",   "suffix",    "readonly",
          "text_rows", "invalid",     "error",   "least",      "latest",      "accept"})
        field[unset] = false;
    return field;
}

Form& Form::line(const LineShape& shape, const std::string& value) {
    auto field = base(shape);
    const std::string_view type = shape.type;
    field[type == "password" ? "is_password"
          : type == "code"   ? "is_code"
          : type == "date"   ? "is_date"
                             : "is_line"] = true;
    field["value"] = value;
    model_["fields"].push_back(std::move(field));
    return *this;
}

Form& Form::area(const LineShape& shape, const std::string& value) {
    auto field = base(shape);
    field["is_text"] = true;
    field["text_rows"] = "3";
    field["value"] = value;
    model_["fields"].push_back(std::move(field));
    return *this;
}

Form& Form::choice(const LineShape& shape, const Choices& choices, const std::string& chosen) {
    auto field = base(shape);
    field["is_choice"] = true;
    field["value"] = chosen;
    for (const auto& [value, label] : choices)
        field["choices"].push_back({{"value", value}, {"label", label}, {"selected", value == chosen}});
    model_["fields"].push_back(std::move(field));
    return *this;
}

Form& Form::check(const char* id, bool checked) {
    LineShape shape{id};
    shape.optional = true;
    auto field = base(shape);
    field["is_check"] = true;
    field["checked"] = checked;
    model_["fields"].push_back(std::move(field));
    return *this;
}

Form& Form::hidden(std::string name, std::string value) {
    model_["hidden"].push_back({{"name", std::move(name)}, {"value", std::move(value)}});
    return *this;
}

Form& Form::dangerous() {
    model_["is_dangerous"] = true;
    return *this;
}

Form& Form::objections(const Objections& objections) {
    if (objections.empty()) return *this;
    json errors{{"text", office_.text(locale_, "errors.summary")}, {"fields", json::array()}};
    for (const auto& [field, code, message] : objections) {
        auto sentence = message.empty() ? office_.text_or(locale_, "errors." + field + "_" + code,
                                                          office_.text(locale_, "errors." + code))
                                        : message;
        json* shown = nullptr;
        for (auto& each : model_["fields"])
            if (each["id"] == field) shown = &each;
        if (!shown) {
            errors["text"] = std::move(sentence);
            continue;
        }
        if ((*shown)["invalid"] == true) continue;
        (*shown)["invalid"] = true;
        (*shown)["error"] = sentence;
        errors["fields"].push_back({{"id", field}, {"label", (*shown)["label"]}, {"error", std::move(sentence)}});
    }
    model_["form_errors"] = std::move(errors);
    return *this;
}

json Form::model() const {
    return model_;
}

sdk::FieldError objection(std::string field, std::string code) {
    return {std::move(field), std::move(code), {}};
}

std::string tidy(std::string_view text) {
    std::string tidied;
    tidied.reserve(text.size());
    for (const char c : text) {
        const auto code = static_cast<unsigned char>(c);
        if (code == '\t' || code == '\n' || code == '\r')
            tidied += ' ';
        else if (code >= 0x20 && code != 0x7f)
            tidied += c;
    }
    const auto first = tidied.find_first_not_of(' ');
    if (first == std::string::npos) return {};
    return tidied.substr(first, tidied.find_last_not_of(' ') - first + 1);
}

}  // namespace whatsflow::accounts
