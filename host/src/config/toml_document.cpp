#include "config/toml_document.hpp"

#include <toml++/toml.h>

#include <cmath>
#include <sstream>

namespace whatsflow::config {
namespace {

nlohmann::json to_json(const toml::node& node, const std::string& pointer, std::map<std::string, int>& lines);

nlohmann::json table_to_json(const toml::table& table, const std::string& pointer, std::map<std::string, int>& lines) {
    auto object = nlohmann::json::object();
    for (const auto& [key, value] : table) {
        const auto child = pointer_of(pointer, key.str());
        lines[child] = static_cast<int>(key.source().begin.line);
        object[std::string{key.str()}] = to_json(value, child, lines);
    }
    return object;
}

nlohmann::json to_json(const toml::node& node, const std::string& pointer, std::map<std::string, int>& lines) {
    if (const auto* table = node.as_table()) return table_to_json(*table, pointer, lines);
    if (const auto* array = node.as_array()) {
        auto list = nlohmann::json::array();
        for (const auto& element : *array) {
            list.push_back(to_json(element, pointer_of(pointer, std::to_string(list.size())), lines));
        }
        return list;
    }
    if (const auto* text = node.as_string()) return text->get();
    if (const auto* integer = node.as_integer()) return integer->get();
    if (const auto* boolean = node.as_boolean()) return boolean->get();
    if (const auto* number = node.as_floating_point(); number != nullptr && std::isfinite(number->get())) {
        return number->get();
    }
    std::ostringstream text;
    node.visit([&text](const auto& value) { text << value; });
    return text.str();
}

std::string quoted(const std::string& text) {
    // A basic TOML string has JSON's escapes, but DEL has to be escaped as well.
    std::string result;
    for (const char c : nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)) {
        result += c == '\x7f' ? std::string{"\\u007F"} : std::string{c};
    }
    return result;
}

bool is_bare_key(const std::string& key) {
    return !key.empty() && key.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-") ==
                               std::string::npos;
}

/// The library counts lines and characters from 1; a character may have several bytes.
std::size_t offset_of(std::string_view text, const toml::source_position& position) {
    std::size_t offset = 0;
    for (toml::source_index line = 1; line < position.line; ++line) {
        const auto end = text.find('\n', offset);
        if (end == std::string_view::npos) return text.size();
        offset = end + 1;
    }
    for (toml::source_index column = 1; column < position.column && offset < text.size(); ++column) {
        do ++offset;
        while (offset < text.size() && (static_cast<unsigned char>(text[offset]) & 0xC0U) == 0x80U);
    }
    return offset;
}

}  // namespace

std::string pointer_of(std::string_view parent, std::string_view name) {
    std::string pointer{parent};
    pointer += '/';
    for (const char c : name) {
        if (c == '~') {
            pointer += "~0";
        } else if (c == '/') {
            pointer += "~1";
        } else {
            pointer += c;
        }
    }
    return pointer;
}

sdk::Result<TomlDocument> parse_toml(std::string_view text) {
    try {
        const auto table = toml::parse(text);
        TomlDocument document;
        document.values = table_to_json(table, "", document.lines);
        return document;
    } catch (const toml::parse_error& error) {
        return sdk::fail("config.syntax", "line " + std::to_string(error.source().begin.line) +
                                              ": this is not TOML: " + std::string{error.description()});
    }
}

std::optional<TextRange> find_value(std::string_view text, std::string_view table, std::string_view key) {
    try {
        const auto document = toml::parse(text);
        const auto node = document[table][key];
        if (!node) return std::nullopt;
        const auto& source = node.node()->source();
        const TextRange range{offset_of(text, source.begin), offset_of(text, source.end)};
        if (range.begin >= range.end || range.end > text.size()) return std::nullopt;
        return range;
    } catch (const toml::parse_error&) {
        return std::nullopt;
    }
}

std::string to_toml(const nlohmann::json& value) {
    if (value.is_string()) return quoted(value.get<std::string>());
    if (value.is_array()) {
        std::string list = "[";
        for (const auto& element : value) list += (list.size() > 1 ? ", " : "") + to_toml(element);
        return list + "]";
    }
    if (value.is_object()) {
        std::string table = "{";
        for (const auto& [key, element] : value.items()) {
            table +=
                (table.size() > 1 ? ", " : " ") + (is_bare_key(key) ? key : quoted(key)) + " = " + to_toml(element);
        }
        return table + " }";
    }
    return value.is_null() ? "\"\"" : value.dump();
}

}  // namespace whatsflow::config
