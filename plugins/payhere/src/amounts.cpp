#include "amounts.hpp"

#include <algorithm>
#include <charconv>

namespace whatsflow::payhere {
namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

}  // namespace

bool is_known_currency(std::string_view currency) {
    return std::ranges::find(kCurrencies, currency) != kCurrencies.end();
}

bool is_plain_amount(std::string_view text) {
    return text.size() >= 4 && text[text.size() - 3] == '.' &&
           std::ranges::all_of(text.substr(0, text.size() - 3), is_digit) &&
           std::ranges::all_of(text.substr(text.size() - 2), is_digit);
}

std::optional<sdk::Money> read_amount(std::string_view text, std::string_view currency) {
    if (!is_plain_amount(text) || !is_known_currency(currency)) return std::nullopt;
    std::string digits(text.substr(0, text.size() - 3));
    digits += text.substr(text.size() - 2);
    std::int64_t minor = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), minor);
    if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
    return sdk::Money{minor, std::string(currency)};
}

std::optional<sdk::Money> amount_of(const nlohmann::json& amount, std::string_view currency) {
    std::string text;
    if (amount.is_string()) text = amount.get<std::string>();
    // The shortest text that reads back as the same number is what was written in the answer.
    else if (amount.is_number())
        text = amount.dump();
    std::erase(text, ',');
    const auto dot = text.find('.');
    if (dot == std::string::npos)
        text += ".00";
    else if (text.size() - dot == 2)
        text += "0";
    // `79.100` and the like: digits beyond the second say nothing when they are zero.
    while (dot != std::string::npos && text.size() - dot > 3 && text.back() == '0') text.pop_back();
    return read_amount(text, currency);
}

}  // namespace whatsflow::payhere
