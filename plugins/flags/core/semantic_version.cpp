#include "semantic_version.hpp"

#include <algorithm>
#include <charconv>

namespace whatsflow::flags {
namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_word(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
}
bool is_number(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, is_digit);
}

bool reads_number(std::string_view text, std::uint64_t& number) {
    if (!is_number(text) || (text.size() > 1 && text[0] == '0')) return false;
    const auto end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, number);
    return read.ec == std::errc{} && read.ptr == end;
}

/// Identifiers between dots. False when one is empty or has other characters.
bool split_identifiers(std::string_view text, std::vector<std::string>& identifiers) {
    while (true) {
        const auto dot = text.find('.');
        const auto word = text.substr(0, dot);
        if (word.empty() || !std::ranges::all_of(word, is_word)) return false;
        identifiers.emplace_back(word);
        if (dot == std::string_view::npos) return true;
        text.remove_prefix(dot + 1);
    }
}

std::strong_ordering compare_identifiers(const std::string& a, const std::string& b) {
    const bool a_is_number = is_number(a);
    const bool b_is_number = is_number(b);
    if (a_is_number != b_is_number) return a_is_number ? std::strong_ordering::less : std::strong_ordering::greater;
    // Without leading zeros the longer number is the greater one, however long.
    if (a_is_number && a.size() != b.size()) return a.size() <=> b.size();
    return a.compare(b) <=> 0;
}

}  // namespace

std::optional<SemanticVersion> SemanticVersion::parse(std::string_view text) {
    SemanticVersion version;
    if (const auto plus = text.find('+'); plus != std::string_view::npos) {
        std::vector<std::string> build;
        if (!split_identifiers(text.substr(plus + 1), build)) return std::nullopt;
        text = text.substr(0, plus);
    }
    if (const auto dash = text.find('-'); dash != std::string_view::npos) {
        auto& words = version.before_release_;
        if (!split_identifiers(text.substr(dash + 1), words)) return std::nullopt;
        for (const auto& word : words)
            if (is_number(word) && word.size() > 1 && word[0] == '0') return std::nullopt;
        text = text.substr(0, dash);
    }
    for (int i = 0; i < 3; ++i) {
        const auto dot = text.find('.');
        if ((dot == std::string_view::npos) != (i == 2)) return std::nullopt;
        if (!reads_number(text.substr(0, dot), version.numbers_[i])) return std::nullopt;
        if (i < 2) text.remove_prefix(dot + 1);
    }
    return version;
}

std::strong_ordering SemanticVersion::operator<=>(const SemanticVersion& other) const {
    for (int i = 0; i < 3; ++i)
        if (const auto order = numbers_[i] <=> other.numbers_[i]; order != 0) return order;
    const auto& mine = before_release_;
    const auto& theirs = other.before_release_;
    if (mine.empty() || theirs.empty()) return theirs.size() <=> mine.size();
    for (std::size_t i = 0; i < std::min(mine.size(), theirs.size()); ++i)
        if (const auto order = compare_identifiers(mine[i], theirs[i]); order != 0) return order;
    return mine.size() <=> theirs.size();
}

}  // namespace whatsflow::flags
