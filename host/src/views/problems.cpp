#include "views/problems.hpp"

#include <algorithm>

namespace whatsflow::views {

namespace {
constexpr std::size_t kLongestExcerpt = 100;
}

std::string to_text(const Problem& problem) {
    std::string text = problem.file;
    if (problem.line != 0) text += ":" + std::to_string(problem.line);
    text += ": " + problem.message;
    if (!problem.remedy.empty()) text += " " + problem.remedy;
    if (!problem.excerpt.empty()) text += " | " + problem.excerpt;
    return text;
}

sdk::Error to_error(std::string code, std::string_view headline, const Problems& problems) {
    sdk::Error error{std::move(code), std::string(headline)};
    for (const auto& problem : problems) {
        const auto text = to_text(problem);
        error.message += "\n  " + text;
        error.fields.push_back({problem.file + ":" + std::to_string(problem.line), error.code, text});
    }
    return error;
}

std::string excerpt_at(std::string_view text, std::size_t position) {
    position = std::min(position, text.size());
    const auto before = text.rfind('\n', position == 0 ? 0 : position - 1);
    auto begin = before == std::string_view::npos || before >= position ? 0 : before + 1;
    auto end = text.find('\n', position);
    if (end == std::string_view::npos) end = text.size();
    while (begin < end && (text[begin] == ' ' || text[begin] == '\t')) ++begin;
    auto line = std::string(text.substr(begin, std::min(end - begin, kLongestExcerpt)));
    // A cut inside a character would make the message invalid UTF-8.
    while (end - begin > kLongestExcerpt && !line.empty() && (static_cast<unsigned char>(line.back()) & 0x80U) != 0) {
        line.pop_back();
    }
    return line;
}

std::size_t line_at(std::string_view text, std::size_t position) {
    position = std::min(position, text.size());
    return 1 + static_cast<std::size_t>(
                   std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(position), '\n'));
}

}  // namespace whatsflow::views
