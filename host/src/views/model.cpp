#include "views/model.hpp"

#include "views/formats.hpp"

#include <algorithm>

namespace whatsflow::views {

using nlohmann::json;

namespace {

const json* member_of(const json* value, std::string_view name) {
    if (value == nullptr || !value->is_object()) return nullptr;
    const auto found = value->find(name);
    return found == value->end() ? nullptr : &*found;
}

const json* follow(const json* value, std::string_view path) {
    while (value != nullptr) {
        const auto dot = path.find('.');
        value = member_of(value, path.substr(0, dot));
        if (dot == std::string_view::npos) break;
        path.remove_prefix(dot + 1);
    }
    return value;
}

bool is_last_part(std::string_view name, std::string_view word) {
    if (!name.ends_with(word)) return false;
    if (name.size() == word.size()) return true;
    const char before = name[name.size() - word.size() - 1];
    return before == '_' || before == '.';
}

/// Browsers skip blanks and control characters inside a scheme, so they are skipped here too.
bool runs_code(std::string_view address) {
    std::string scheme;
    for (const char c : address) {
        if (static_cast<unsigned char>(c) <= ' ') continue;
        if (c == '/' || c == '?' || c == '#') return false;
        scheme += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
        if (c == ':' || scheme.size() > 16) break;
    }
    if (scheme == "data:") return !address.starts_with("data:image/");
    return scheme == "javascript:" || scheme == "vbscript:";
}

/// JSON has `<` in strings only, where \u003c means the same and cannot end a script element.
std::string without_markup(const std::string& text) {
    std::string out;
    out.reserve(text.size());
    for (const char c : text) {
        if (c == '<') {
            out += "\\u003c";
        } else {
            out += c;
        }
    }
    return out;
}

std::string dumped(const json& value) {
    return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace

const json* Scope::find(std::string_view name) const {
    for (auto frame = frames_.rbegin(); frame != frames_.rend(); ++frame) {
        if (*frame == nullptr) continue;
        if (name == ".") return *frame;
        if (const auto* found = follow(*frame, name)) return found;
    }
    return nullptr;
}

bool is_there(const json& value) {
    switch (value.type()) {
        case json::value_t::null:
        case json::value_t::discarded: return false;
        case json::value_t::boolean: return value.get<bool>();
        case json::value_t::number_integer:
        case json::value_t::number_unsigned:
        case json::value_t::number_float: return value.get<double>() != 0.0;
        case json::value_t::string: return !value.get_ref<const std::string&>().empty();
        case json::value_t::array: return !value.empty();
        case json::value_t::object:
        case json::value_t::binary: return true;
    }
    return false;
}

std::string printed(std::string_view name, const json& value) {
    switch (value.type()) {
        case json::value_t::null:
        case json::value_t::discarded:
        case json::value_t::binary: return {};
        case json::value_t::string: {
            const auto& text = value.get_ref<const std::string&>();
            if (is_last_part(name, "json")) return without_markup(text);
            if ((is_last_part(name, "url") || is_last_part(name, "path")) && runs_code(text)) return "#";
            return text;
        }
        case json::value_t::object:
        case json::value_t::array: return without_markup(dumped(value));
        default: return dumped(value);
    }
}

std::string formatted(std::string_view format, const json& value, std::string_view locale, std::string_view zone) {
    const auto* minor = member_of(&value, "minor");
    const auto* currency = member_of(&value, "currency");
    if (format == "format_money" && minor != nullptr && minor->is_number_integer() && currency != nullptr &&
        currency->is_string()) {
        return format_money({minor->get<std::int64_t>(), currency->get<std::string>()}, locale);
    }
    if (format == "format_number" && value.is_number_integer()) return format_number(value.get<std::int64_t>(), locale);
    if (format == "format_number" && value.is_number_float()) return format_number(value.get<double>(), locale);
    if (value.is_number_integer() && (format == "format_date" || format == "format_datetime")) {
        // The calendar of chrono ends in the year 32767, that of JSON numbers does not.
        constexpr std::int64_t kLatest = 900'000'000'000'000'000;
        const auto instant =
            sdk::from_micros(std::clamp<std::int64_t>(value.get<std::int64_t>(), -kLatest / 15, kLatest));
        return format == "format_date" ? format_date(instant, locale, zone) : format_datetime(instant, locale, zone);
    }
    return printed({}, value);
}

}  // namespace whatsflow::views
