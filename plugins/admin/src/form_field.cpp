#include "form_field.hpp"

namespace whatsflow::admin {
namespace {

using nlohmann::json;

json text_or_null(const std::string& text) {
    return text.empty() ? json(nullptr) : json(text);
}

/// Everything the partial may look at, so that nothing of the page around it shows through.
json field_of(const char* kind, const std::string& name, const std::string& label, const FieldLook& look) {
    json field{{"id", look.id.empty() ? name : look.id},
               {"field_name", name},
               {"label", label},
               {"type", look.type},
               {"value", look.value},
               {"hint", text_or_null(look.hint)},
               {"autocomplete", look.autocomplete},
               {"error", text_or_null(look.error)},
               {"invalid", !look.error.empty()},
               {"most", look.most},
               {"text_rows", look.text_rows},
               {"digits", look.most},
               {"optional", look.optional},
               {"unmarked", look.unmarked},
               {"choices", json::array()}};
    for (const char* none : {"prefix", "suffix", "placeholder", "readonly", "least", "latest", "accept", "checked"})
        field[none] = nullptr;
    for (const char* other : {"is_line", "is_password", "is_text", "is_choice", "is_cards", "is_check", "is_switch",
                              "is_date", "is_code", "is_file"})
        field[other] = std::string_view(other) == kind;
    return field;
}

}  // namespace

json line(const std::string& name, const std::string& label, const FieldLook& look) {
    return field_of("is_line", name, label, look);
}

json password(const std::string& name, const std::string& label, const FieldLook& look) {
    return field_of("is_password", name, label, look);
}

json code_field(const std::string& name, const std::string& label, const FieldLook& look) {
    return field_of("is_code", name, label, look);
}

json text_area(const std::string& name, const std::string& label, const FieldLook& look) {
    return field_of("is_text", name, label, look);
}

json switch_field(const std::string& name, const std::string& label, bool on, const FieldLook& look) {
    auto field = field_of("is_switch", name, label, look);
    field["checked"] = on;
    return field;
}

json choice(const std::string& name, const std::string& label, const Choices& choices, const FieldLook& look) {
    auto field = field_of("is_choice", name, label, look);
    for (const auto& [value, text] : choices)
        field["choices"].push_back(
            {{"value", value}, {"label", text}, {"text", nullptr}, {"selected", value == look.value}});
    return field;
}

std::string error_of(const std::vector<sdk::FieldError>& errors, std::string_view field) {
    for (const auto& error : errors)
        if (error.field == field) return error.message;
    return {};
}

}  // namespace whatsflow::admin
