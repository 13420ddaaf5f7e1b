#include "settings_form.hpp"

#include "form_field.hpp"
#include "page_kit.hpp"
#include "row_text.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <sstream>

namespace whatsflow::admin {
namespace {

using nlohmann::json;

enum class Kind { text, secret, secrets, integer, number, boolean, one_of, texts, document };

Kind kind_of(const json& property) {
    if (property.value("secret", false))
        return property.value("type", json(nullptr)) == "array" ? Kind::secrets : Kind::secret;
    if (property.contains("enum")) return Kind::one_of;
    const auto type = property.value("type", json(nullptr));
    if (type == "string") return Kind::text;
    if (type == "integer") return Kind::integer;
    if (type == "number") return Kind::number;
    if (type == "boolean") return Kind::boolean;
    if (type == "array" && property.contains("items") && property["items"].is_object() &&
        property["items"].value("type", json(nullptr)) == "string")
        return Kind::texts;
    return Kind::document;
}

bool is_secret(Kind kind) {
    return kind == Kind::secret || kind == Kind::secrets;
}

std::string lines_of(const json& list) {
    std::string text;
    if (list.is_array())
        for (const auto& entry : list)
            if (entry.is_string()) text += (text.empty() ? "" : "\n") + entry.get<std::string>();
    return text;
}

/// What the field shows for a value that is in force.
std::string shown_value(Kind kind, const json& value) {
    if (value.is_null() || is_secret(kind)) return {};
    if (kind == Kind::texts) return lines_of(value);
    if (kind == Kind::document) return pretty(value);
    return value.is_string() ? value.get<std::string>() : value.dump();
}

/// `yearly_discount_percent` → `Yearly discount percent`.
std::string label_of(const std::string& key, const json& property) {
    if (property.contains("title") && property["title"].is_string()) return property["title"].get<std::string>();
    std::string label = key;
    for (char& c : label)
        if (c == '_') c = ' ';
    if (!label.empty() && label[0] >= 'a' && label[0] <= 'z') label[0] = static_cast<char>(label[0] - 32);
    return label;
}

bool is_set(const json& value) {
    return !value.is_null() && value != "" && !(value.is_array() && value.empty());
}

std::string hint_of(Kind kind, const json& property, bool is_set, const Words& words) {
    std::string hint = property.value("description", "");
    const auto add = [&](const std::string& more) { hint += (hint.empty() ? "" : ". ") + more; };
    if (is_secret(kind)) add(words(is_set ? "plugins.secret_set" : "plugins.secret_missing"));
    if (kind == Kind::texts || kind == Kind::secrets) add(words("plugins.one_a_line"));
    if (kind == Kind::document) add(words("plugins.as_json"));
    if (property.contains("minimum") && property.contains("maximum"))
        add(words("plugins.between", {{"least", property["minimum"].dump()}, {"most", property["maximum"].dump()}}));
    return hint;
}

json field_for(const std::string& key, const json& property, const json& value, const sdk::Fields* typed,
               const std::string& error, bool required, const Words& words) {
    const auto kind = kind_of(property);
    FieldLook look;
    look.value = typed && !is_secret(kind) ? typed->get(key) : shown_value(kind, value);
    look.hint = hint_of(kind, property, is_set(value), words);
    look.error = error;
    look.optional = !required || property.contains("default") || is_secret(kind);
    look.unmarked = true;
    look.most = property.value("maxLength", 4000);
    const auto label = label_of(key, property);
    switch (kind) {
        case Kind::boolean: return switch_field(key, label, typed ? typed->find(key).has_value() : value == true, look);
        case Kind::secret: look.autocomplete = "new-password"; return password(key, label, look);
        case Kind::texts:
        case Kind::secrets: look.text_rows = 4; return text_area(key, label, look);
        case Kind::document:
            look.text_rows = 12;
            look.most = 100'000;
            return text_area(key, label, look);
        case Kind::one_of: {
            Choices choices;
            for (const auto& each : property["enum"]) {
                auto text = each.is_string() ? each.get<std::string>() : each.dump();
                choices.emplace_back(text, text);
            }
            return choice(key, label, choices, look);
        }
        case Kind::text: return line(key, label, look);
        case Kind::integer: look.type = "number"; return line(key, label, look);
        case Kind::number: return line(key, label, look);
    }
    return line(key, label, look);
}

template <class Number>
std::optional<Number> read_number(const std::string& text) {
    Number number{};
    const auto* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc{} || stop != end) return std::nullopt;
    return number;
}

json texts_of(const std::string& typed) {
    auto list = json::array();
    std::istringstream stream(typed);
    for (std::string line; std::getline(stream, line);)
        if (const auto text = trimmed(line); !text.empty()) list.push_back(text);
    return list;
}

/// The value in the form, null for "as if it were not there", or the text of the objection.
sdk::Result<json> value_from(Kind kind, const json& property, const std::string& typed, const Words& words) {
    switch (kind) {
        case Kind::boolean: return json(!typed.empty());
        case Kind::texts: return texts_of(typed);
        case Kind::text: return json(typed);
        case Kind::secret: return typed.empty() ? json(nullptr) : json(typed);
        case Kind::secrets: {
            auto list = texts_of(typed);
            return list.empty() ? json(nullptr) : list;
        }
        case Kind::integer: {
            if (trimmed(typed).empty()) return json(nullptr);
            const auto number = read_number<std::int64_t>(trimmed(typed));
            if (!number) return sdk::fail("integer", words("plugins.no_integer"));
            return json(*number);
        }
        case Kind::number: {
            if (trimmed(typed).empty()) return json(nullptr);
            const auto number = read_number<double>(trimmed(typed));
            if (!number) return sdk::fail("number", words("plugins.no_number"));
            return json(*number);
        }
        case Kind::one_of:
            for (const auto& each : property["enum"])
                if ((each.is_string() ? each.get<std::string>() : each.dump()) == typed) return each;
            return json(nullptr);
        case Kind::document: {
            if (trimmed(typed).empty()) return json(nullptr);
            auto value = json::parse(typed, nullptr, false);
            if (value.is_discarded()) return sdk::fail("json", words("plugins.no_json"));
            return value;
        }
    }
    return json(nullptr);
}

}  // namespace

json settings_fields(const json& schema, const json& settings, const sdk::Fields* typed,
                     const std::vector<sdk::FieldError>& errors, const Words& words) {
    auto fields = json::array();
    if (!schema.is_object() || !schema.contains("properties")) return fields;
    const auto required = schema.value("required", json::array());
    for (const auto& [key, property] : schema["properties"].items()) {
        const auto value = settings.is_object() && settings.contains(key) ? settings[key] : json(nullptr);
        std::string error;
        for (const auto& each : errors)
            if (field_of_pointer(each.field) == key && error.empty()) error = each.message;
        const bool is_required = std::ranges::find(required, json(key)) != required.end();
        fields.push_back(field_for(key, property, value, typed, error, is_required, words));
    }
    return fields;
}

sdk::Result<json> settings_from_form(const json& schema, const sdk::Fields& typed, const Words& words) {
    json settings = json::object();
    std::vector<sdk::FieldError> errors;
    if (schema.is_object() && schema.contains("properties"))
        for (const auto& [key, property] : schema["properties"].items()) {
            auto value = value_from(kind_of(property), property, typed.get(key), words);
            if (!value) {
                errors.push_back({key, value.error().code, value.error().message});
            } else if (!value->is_null()) {
                settings[key] = std::move(*value);
            }
        }
    if (!errors.empty()) return sdk::Error{"settings.invalid", words("form.wrong"), std::move(errors)};
    return settings;
}

std::string field_of_pointer(const std::string& pointer) {
    const auto start = pointer.starts_with('/') ? 1U : 0U;
    return pointer.substr(start, pointer.find_first_of("/.", start) - start);
}

}  // namespace whatsflow::admin
