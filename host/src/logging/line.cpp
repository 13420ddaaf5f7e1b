#include "logging/line.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace whatsflow::logging {
namespace {

constexpr std::size_t longest_text = 16 * 1024;

std::string lower(std::string_view text) {
    std::string result{text};
    for (char& c : result) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    std::replace(result.begin(), result.end(), '-', '_');
    return result;
}

bool is_secret(const std::string& name) {
    constexpr std::array<std::string_view, 14> words{"password", "passwd", "secret",      "token",  "authorization",
                                                     "api_key",  "apikey", "credential",  "cookie", "card",
                                                     "cvv",      "cvc",    "private_key", "otp"};
    return std::ranges::any_of(words, [&](auto word) { return name.find(word) != std::string::npos; });
}

bool is_phone(const std::string& name) {
    return name.find("phone") != std::string::npos || name.find("msisdn") != std::string::npos || name == "mobile" ||
           name == "wa_id";
}

std::string masked_phone(std::string_view number) {
    constexpr std::size_t kept_before = 3;
    constexpr std::size_t kept_after = 2;
    if (number.size() < kept_before + kept_after + 3) return "***";
    return std::string{number.substr(0, kept_before)} + std::string(number.size() - kept_before - kept_after, '*') +
           std::string{number.substr(number.size() - kept_after)};
}

/// Bytes of the UTF-8 character at the front, or 0 when there is none.
std::size_t character_size(std::string_view text) {
    const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
    const auto follows = [&](std::size_t at) { return at < text.size() && (byte(at) & 0xC0U) == 0x80U; };
    const auto first = byte(0);
    if (first < 0x80) return 1;
    if (first >= 0xC2 && first <= 0xDF) return follows(1) ? 2 : 0;
    if (first >= 0xE0 && first <= 0xEF) {
        if (!follows(1) || !follows(2)) return 0;
        const bool overlong = first == 0xE0 && byte(1) < 0xA0;
        const bool surrogate = first == 0xED && byte(1) > 0x9F;
        return overlong || surrogate ? 0 : 3;
    }
    if (first >= 0xF0 && first <= 0xF4) {
        if (!follows(1) || !follows(2) || !follows(3)) return 0;
        const bool outside = (first == 0xF0 && byte(1) < 0x90) || (first == 0xF4 && byte(1) > 0x8F);
        return outside ? 0 : 4;
    }
    return 0;
}

/// C0, DEL, C1, and the two line separators that some viewers break lines at.
bool is_control(std::string_view character) {
    if (character.size() == 1) {
        const auto code = static_cast<unsigned char>(character[0]);
        return code < 0x20 || code == 0x7F;
    }
    if (character.size() == 2) return character[0] == '\xC2' && static_cast<unsigned char>(character[1]) < 0xA0;
    return character == "\xE2\x80\xA8" || character == "\xE2\x80\xA9";
}

void append_escape(std::string& result, std::string_view bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    if (bytes == "\n")
        result += "\\n";
    else if (bytes == "\r")
        result += "\\r";
    else if (bytes == "\t")
        result += "\\t";
    else {
        for (const char c : bytes) {
            const auto code = static_cast<unsigned char>(c);
            result += {'\\', 'x', digits[code >> 4U], digits[code & 0xFU]};
        }
    }
}

/// Quotes first and escapes control characters after that, so that a backslash in the value
/// cannot end the quotation.
std::string as_value(std::string_view value) {
    if (!value.empty() && value.find_first_of(" =\"\\") == std::string::npos) return escaped(value);
    std::string result = "\"";
    for (const char c : value.substr(0, longest_text)) {
        if (c == '"' || c == '\\') result += '\\';
        result += c;
    }
    return escaped(result + '"');
}

std::string upper_padded(sdk::LogLevel level) {
    std::string text{to_text(level)};
    for (char& c : text) c = static_cast<char>(c - 'a' + 'A');
    text.resize(5, ' ');
    return text;
}

}  // namespace

std::string shown_value(std::string_view name, std::string_view value) {
    const auto plain = lower(name);
    if (is_secret(plain)) return "***";
    return is_phone(plain) ? masked_phone(value) : std::string{value};
}

std::string escaped(std::string_view text) {
    std::string result;
    const bool cut = text.size() > longest_text;
    if (cut) text = text.substr(0, longest_text);
    result.reserve(text.size() + 16);
    while (!text.empty()) {
        const auto size = character_size(text);
        const auto character = text.substr(0, std::max<std::size_t>(1, size));
        if (size == 0 || is_control(character)) {
            append_escape(result, character);
        } else {
            result += character;
        }
        text.remove_prefix(character.size());
    }
    if (cut) result += "… (cut)";
    return result;
}

std::string to_text_line(const Line& line) {
    std::size_t ignored = 0;
    return to_text_line(line, ignored, ignored);
}

std::string to_text_line(const Line& line, std::size_t& message_at, std::size_t& message_size) {
    std::string text = sdk::to_rfc3339(line.time) + " " + upper_padded(line.level) + " " + escaped(line.logger) + ": ";
    const auto start = text.size();
    text += escaped(line.message);
    message_size = text.size() - start;
    message_at = start;
    for (const auto& [name, value] : line.fields) {
        text += " " + escaped(name) + "=" + as_value(shown_value(name, value));
    }
    if (!line.request_id.empty()) text += " request_id=" + as_value(line.request_id);
    return text;
}

std::string to_json_line(const Line& line) {
    nlohmann::ordered_json object{{"time", sdk::to_rfc3339(line.time)},
                                  {"level", to_text(line.level)},
                                  {"logger", escaped(line.logger)},
                                  {"message", escaped(line.message)}};
    if (!line.request_id.empty()) object["request_id"] = escaped(line.request_id);
    if (line.of_plugin) object["plugin"] = escaped(line.logger);
    for (const auto& [name, value] : line.fields) {
        auto key = escaped(name);
        while (object.contains(key)) key += '_';  // a field never replaces what the host says
        object[key] = escaped(shown_value(name, value));
    }
    return object.dump();
}

}  // namespace whatsflow::logging
