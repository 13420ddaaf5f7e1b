#include "checks.hpp"

#include <algorithm>

namespace whatsflow::accounts {

std::string lowered(std::string_view text) {
    std::string small(text);
    std::ranges::transform(small, small.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
    return small;
}

bool is_email(std::string_view text) {
    const auto at = text.find('@');
    if (at == std::string_view::npos || at == 0 || at > 64 || text.find('@', at + 1) != std::string_view::npos)
        return false;
    const auto is_plain = [](unsigned char c) {
        return c > 0x20 && c != 0x7f &&
               std::string_view("\"(),:;<>[]\\").find(static_cast<char>(c)) == std::string_view::npos;
    };
    if (!std::ranges::all_of(text, is_plain) || text.find("..") != std::string_view::npos) return false;
    const auto local = text.substr(0, at);
    const auto domain = text.substr(at + 1);
    const auto dot = domain.find('.');
    return local.front() != '.' && local.back() != '.' && dot != std::string_view::npos && dot > 0 &&
           domain.back() != '.' && domain.front() != '-' && domain.back() != '-';
}

std::size_t characters(std::string_view text) {
    return static_cast<std::size_t>(
        std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

void check_email(Objections& objections, const char* field, const std::string& value) {
    if (value.empty())
        objections.push_back(objection(field, "required"));
    else if (value.size() > 254)
        objections.push_back(objection(field, "too_long"));
    else if (!is_email(value))
        objections.push_back(objection(field, "email"));
}

void check_text(Objections& objections, const char* field, const std::string& value, std::size_t most, bool optional) {
    if (value.empty() && !optional) objections.push_back(objection(field, "required"));
    // The column counts characters as MariaDB does; on SQLite there is no limit.
    if (characters(value) > most) objections.push_back(objection(field, "too_long"));
}

sdk::Result<void> check_password(const Office& office, Objections& objections, const char* field,
                                 const sdk::Secret& password, const std::vector<std::string>& personal) {
    if (password.empty()) {
        objections.push_back(objection(field, "required"));
        return sdk::ok();
    }
    const auto weakness = office.passwords().call(&sdk::Passwords::weakness, password, personal);
    if (!weakness) return weakness.error();
    if (*weakness) objections.push_back(objection(field, "password_" + **weakness));
    return sdk::ok();
}

std::optional<std::string> international_number(std::string_view text) {
    std::string number;
    for (const char c : text) {
        if (c >= '0' && c <= '9')
            number += c;
        else if (c == '+' && number.empty())
            number += c;
        else if (c != ' ' && c != '-' && c != '(' && c != ')' && c != '.')
            return std::nullopt;
    }
    if (number.empty()) return number;
    if (number.starts_with("00")) number.replace(0, 2, "+");
    if (number.front() != '+' || number.size() < 8 || number.size() > 16 || number[1] == '0') return std::nullopt;
    return number;
}

}  // namespace whatsflow::accounts
