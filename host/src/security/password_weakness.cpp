#include "security/password_weakness.hpp"

#include <algorithm>
#include <cctype>
#include <set>

namespace whatsflow::security {
namespace {

constexpr std::size_t kFewestCharacters = 10;
constexpr std::size_t kMostBytes = 256;
constexpr std::size_t kFewestDifferent = 4;
constexpr std::size_t kShortestKnownPart = 3;  // of a name: shorter ones are in every word
constexpr std::size_t kEnoughBeside = 6;       // letters that are neither personal nor common

std::string in_lower_case(std::string_view text) {
    std::string out(text);
    std::ranges::transform(out, out.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return out;
}

bool is_letter(char c) {
    return std::isalpha(static_cast<unsigned char>(c)) != 0 || (static_cast<unsigned char>(c) & 0x80U) != 0;
}

std::size_t characters_in(std::string_view utf8) {
    return static_cast<std::size_t>(
        std::ranges::count_if(utf8, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

/// `p@ssw0rd` → `password`: the digits and signs that people write for letters.
std::string with_letters_for_signs(std::string text) {
    constexpr std::string_view kSigns = "013457@$!";
    constexpr std::string_view kLetters = "oieastasi";
    for (auto& c : text)
        if (const auto at = kSigns.find(c); at != std::string_view::npos) c = kLetters[at];
    return text;
}

std::string_view without_signs_at_the_ends(std::string_view text) {
    while (!text.empty() && !is_letter(text.back())) text.remove_suffix(1);
    while (!text.empty() && !is_letter(text.front())) text.remove_prefix(1);
    return text;
}

/// One part again and again: `abcabcabcabc`.
bool repeats_itself(std::string_view text) {
    for (std::size_t period = 1; period <= text.size() / 2; ++period)
        if (text.substr(period) == text.substr(0, text.size() - period)) return true;
    return false;
}

/// `abcdefghij`, `9876543210`: each character follows from the one before.
bool is_a_row(std::string_view text) {
    const auto same_step = [&](int step) {
        for (std::size_t i = 1; i < text.size(); ++i)
            if (text[i] - text[i - 1] != step && !(text[i - 1] == '9' && text[i] == '0' && step == 1) &&
                !(text[i - 1] == '0' && text[i] == '9' && step == -1))
                return false;
        return true;
    };
    return same_step(1) || same_step(-1);
}

bool is_repetitive(std::string_view lower) {
    return std::set<char>(lower.begin(), lower.end()).size() < kFewestDifferent || repeats_itself(lower) ||
           is_a_row(lower);
}

/// The words of names and addresses, longest first.
std::vector<std::string> known_parts(const std::vector<std::string>& personal) {
    std::vector<std::string> parts;
    for (const auto& text : personal) {
        std::string part;
        for (const char c : in_lower_case(text) + " ") {
            if (is_letter(c) || std::isdigit(static_cast<unsigned char>(c)) != 0) {
                part.push_back(c);
                continue;
            }
            if (part.size() >= kShortestKnownPart) parts.push_back(part);
            part.clear();
        }
    }
    std::ranges::sort(parts, std::ranges::greater{}, &std::string::size);
    return parts;
}

bool is_made_of(std::string lower, const std::vector<std::string>& parts) {
    bool any = false;
    for (const auto& part : parts)
        for (auto at = lower.find(part); at != std::string::npos; at = lower.find(part)) {
            lower.replace(at, part.size(), " ");  // a gap: what was apart stays apart
            any = true;
        }
    return any && std::ranges::count_if(lower, is_letter) < static_cast<std::ptrdiff_t>(kEnoughBeside);
}

bool is_common(const std::string& lower) {
    if (is_commonly_used(lower) || is_commonly_used(without_signs_at_the_ends(lower))) return true;
    const auto plain = with_letters_for_signs(lower);
    if (is_commonly_used(plain)) return true;
    // `password2024!` with its signs at the end taken off first, then `p@ssword2024`.
    const auto core = with_letters_for_signs(std::string(without_signs_at_the_ends(lower)));
    if (is_commonly_used(core)) return true;
    for (std::size_t i = 4; i + 4 <= core.size(); ++i)  // two of them in a row
        if (is_commonly_used(std::string_view(core).substr(0, i)) &&
            is_commonly_used(without_signs_at_the_ends(std::string_view(core).substr(i))))
            return true;
    return false;
}

}  // namespace

std::optional<std::string> weakness_of(std::string_view password, const std::vector<std::string>& personal) {
    if (characters_in(password) < kFewestCharacters) return "too_short";
    if (password.size() > kMostBytes) return "too_long";
    const auto lower = in_lower_case(password);
    if (is_repetitive(lower)) return "repetitive";
    const auto parts = known_parts(personal);
    if (is_made_of(lower, parts) || is_made_of(with_letters_for_signs(lower), parts)) return "personal";
    if (is_common(lower)) return "common";
    return std::nullopt;
}

}  // namespace whatsflow::security
