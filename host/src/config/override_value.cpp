#include "config/override_value.hpp"

#include <charconv>

namespace whatsflow::config {
namespace {

char upper(char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

std::optional<nlohmann::json> read_integer(const std::string& text) {
    std::int64_t value = 0;
    const auto* const end = text.data() + text.size();
    const auto [stop, problem] = std::from_chars(text.data(), end, value);
    if (problem != std::errc{} || stop != end) return std::nullopt;
    return value;
}

std::optional<nlohmann::json> read_boolean(const std::string& text) {
    if (text == "true" || text == "1") return true;
    if (text == "false" || text == "0") return false;
    return std::nullopt;
}

std::optional<nlohmann::json> read_json(const std::string& text, nlohmann::json::value_t type) {
    auto value = nlohmann::json::parse(text, nullptr, false);
    if (value.type() != type) return std::nullopt;
    return value;
}

std::optional<nlohmann::json> read_number(const std::string& text) {
    auto value = nlohmann::json::parse(text, nullptr, false);
    if (!value.is_number()) return std::nullopt;
    return value;
}

bool is_list_of_texts(const nlohmann::json& value) {
    return value.is_array() && std::ranges::all_of(value, [](const auto& item) { return item.is_string(); });
}

std::optional<nlohmann::json> read_texts(const std::string& text) {
    auto value = read_json(text, nlohmann::json::value_t::array);
    return value && is_list_of_texts(*value) ? value : std::nullopt;
}

std::optional<nlohmann::json> read_as(const std::string& type, const std::string& text) {
    using value_t = nlohmann::json::value_t;
    if (type == "string") return text;
    if (type == "integer") return read_integer(text);
    if (type == "number") return read_number(text);
    if (type == "boolean") return read_boolean(text);
    if (type == "array") return read_json(text, value_t::array);
    if (type == "object") return read_json(text, value_t::object);
    return std::nullopt;
}

}  // namespace

std::string override_step(std::string_view name) {
    std::string step;
    for (const char c : name) step += c == '.' || c == '-' ? '_' : upper(c);
    return step;
}

std::string override_name(std::string_view dotted) {
    std::string name;
    for (const char c : dotted) name += c == '.' ? std::string{"__"} : std::string{c == '-' ? '_' : upper(c)};
    return name;
}

std::optional<nlohmann::json> read_override(const CoreKey& key, const std::string& text) {
    switch (key.type) {
        case KeyType::text: return text;
        case KeyType::integer: return read_integer(text);
        case KeyType::boolean: return read_boolean(text);
        case KeyType::texts: return read_texts(text);
        case KeyType::text_or_texts: break;
    }
    if (auto list = read_texts(text)) return list;
    return text;
}

std::optional<nlohmann::json> read_override(const nlohmann::json& schema, const std::string& text) {
    const auto type = schema.find("type");
    if (type == schema.end()) {
        if (const auto choices = schema.find("enum"); choices != schema.end() && !choices->empty()) {
            const bool texts = std::ranges::all_of(*choices, [](const auto& choice) { return choice.is_string(); });
            if (!texts) return nlohmann::json::parse(text, nullptr, false);
        }
        return text;
    }
    if (type->is_string()) return read_as(type->get<std::string>(), text);
    // Several types: the narrow ones first, text last, because a text can be anything.
    for (const auto* candidate : {"integer", "number", "boolean", "array", "object", "string"}) {
        if (std::ranges::find(*type, nlohmann::json(candidate)) == type->end()) continue;
        if (auto value = read_as(candidate, text)) return value;
    }
    return std::nullopt;
}

}  // namespace whatsflow::config
