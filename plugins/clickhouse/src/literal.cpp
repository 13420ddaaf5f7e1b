#include "literal.hpp"

namespace whatsflow::clickhouse {
namespace {

constexpr std::string_view kDigits = "0123456789abcdef";

template <class Values, class Write>
std::string list(const Values& values, Write&& write) {
    std::string text = "(";
    for (const auto& value : values) text += (text.size() == 1 ? "" : ", ") + write(value);
    return text + ")";
}

}  // namespace

std::string literal(std::string_view text) {
    std::string quoted = "'";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '\'' || c == '\\') {
            quoted += '\\';
            quoted += c;
        } else if (byte < 0x20) {
            quoted += "\\x";
            quoted += kDigits[byte >> 4];
            quoted += kDigits[byte & 15];
        } else {
            quoted += c;
        }
    }
    return quoted + "'";
}

std::string list_of(const std::vector<std::string>& texts) {
    return list(texts, [](const auto& text) { return literal(text); });
}

std::string list_of(const std::vector<std::int64_t>& numbers) {
    return list(numbers, [](auto number) { return std::to_string(number); });
}

std::string hex(std::string_view bytes) {
    std::string digits;
    for (const char c : bytes) {
        digits += kDigits[static_cast<unsigned char>(c) >> 4];
        digits += kDigits[static_cast<unsigned char>(c) & 15];
    }
    return digits;
}

std::string bytes_of_hex(std::string_view digits) {
    std::string bytes;
    for (std::size_t i = 0; i + 1 < digits.size(); i += 2) {
        const auto high = kDigits.find(digits[i]), low = kDigits.find(digits[i + 1]);
        if (high == std::string_view::npos || low == std::string_view::npos) return {};
        bytes += static_cast<char>(high << 4 | low);
    }
    return bytes;
}

}  // namespace whatsflow::clickhouse
