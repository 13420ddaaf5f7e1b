#include "mail/address.hpp"

#include <algorithm>

namespace whatsflow::mail {
namespace {

bool is_letter_or_digit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/// Parts between dots, none of them empty, of letters, digits and `extra`.
bool is_dotted(std::string_view text, std::string_view extra) {
    bool at_start = true;
    for (const char c : text) {
        if (c == '.') {
            if (at_start) return false;
            at_start = true;
            continue;
        }
        if (!is_letter_or_digit(c) && extra.find(c) == std::string_view::npos) return false;
        at_start = false;
    }
    return !at_start;
}

std::string_view without_blanks(std::string_view text) {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    return text;
}

}  // namespace

bool is_address(std::string_view text) {
    const auto at = text.rfind('@');
    if (at == std::string_view::npos || text.size() > 254 || at > 64) return false;
    return is_dotted(text.substr(0, at), "!#$%&'*+-/=?^_`{|}~") && is_dotted(text.substr(at + 1), "-");
}

bool fits_a_header(std::string_view text) {
    return std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

std::optional<sdk::MailAddress> parse_mailbox(std::string_view text) {
    text = without_blanks(text);
    sdk::MailAddress result;
    if (text.ends_with('>')) {
        const auto open = text.rfind('<');
        if (open == std::string_view::npos) return std::nullopt;
        auto name = without_blanks(text.substr(0, open));
        if (name.size() >= 2 && name.front() == '"' && name.back() == '"') name = name.substr(1, name.size() - 2);
        result.name = name;
        text = text.substr(open + 1, text.size() - open - 2);
    }
    result.address = text;
    if (!is_address(result.address) || !fits_a_header(result.name)) return std::nullopt;
    return result;
}

std::string_view domain_of(std::string_view address) {
    return address.substr(address.rfind('@') + 1);
}

}  // namespace whatsflow::mail
