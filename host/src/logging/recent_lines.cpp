#include "logging/recent_lines.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <ranges>

namespace whatsflow::logging {
namespace {

constexpr char kMark = '\0';  // no line holds one: control characters are escaped

char small(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

bool holds(std::string_view text, std::string_view part) {
    const auto same = [](char a, char b) { return small(a) == small(b); };
    return !std::ranges::search(text, part, same).empty() || part.empty();
}

/// `name=value` or `name="a \"value\""` at the front of `rest`.
std::pair<std::string, std::string> take_field(std::string_view& rest) {
    const auto equals = std::min(rest.find('='), rest.size());
    std::string name(rest.substr(0, equals));
    rest.remove_prefix(std::min(equals + 1, rest.size()));
    std::string value;
    if (!rest.starts_with('"')) {
        const auto end = std::min(rest.find(' '), rest.size());
        value = rest.substr(0, end);
        rest.remove_prefix(end);
    } else {
        rest.remove_prefix(1);
        while (!rest.empty() && rest.front() != '"') {
            if (rest.front() == '\\' && rest.size() > 1 && (rest[1] == '"' || rest[1] == '\\')) rest.remove_prefix(1);
            value += rest.front();
            rest.remove_prefix(1);
        }
        if (!rest.empty()) rest.remove_prefix(1);
    }
    if (rest.starts_with(' ')) rest.remove_prefix(1);
    return {std::move(name), std::move(value)};
}

ReadLine read_text(const RecentLine& line) {
    const std::string_view text = line.line;
    ReadLine read;
    read.at = text.substr(0, text.find(' '));
    const auto head = text.substr(0, line.message_at);  // `… LEVEL source: `
    const auto source_at = std::min(read.at.size() + 7, head.size());
    read.source = head.substr(source_at, head.size() - std::min(source_at + 2, head.size()));
    read.message = text.substr(line.message_at, line.message_size);
    auto rest = text.substr(std::min(line.message_at + line.message_size + 1, text.size()));
    while (!rest.empty()) {
        auto field = take_field(rest);
        if (field.first == "request_id")
            read.request_id = std::move(field.second);
        else
            read.fields.push_back(std::move(field));
    }
    return read;
}

ReadLine read_json(const nlohmann::json& object) {
    ReadLine read;
    for (const auto& [key, value] : object.items()) {
        if (!value.is_string()) continue;
        auto text = value.get<std::string>();
        if (key == "time")
            read.at = std::move(text);
        else if (key == "logger")
            read.source = std::move(text);
        else if (key == "message")
            read.message = std::move(text);
        else if (key == "request_id")
            read.request_id = std::move(text);
        else if (key != "level")
            read.fields.emplace_back(key, std::move(text));
    }
    return read;
}

}  // namespace

std::string marked_text_line(const Line& line) {
    std::size_t at = 0;
    std::size_t size = 0;
    auto text = to_text_line(line, at, size);
    text += kMark;
    text += std::to_string(at);
    text += kMark;
    text += std::to_string(size);
    return text;
}

RecentLine without_mark(std::string_view text) {
    RecentLine line;
    const auto second = text.rfind(kMark);
    const auto first = second == std::string_view::npos || second == 0 ? second : text.rfind(kMark, second - 1);
    if (first == std::string_view::npos) {
        line.line = text;
        return line;
    }
    std::from_chars(text.data() + first + 1, text.data() + second, line.message_at);
    std::from_chars(text.data() + second + 1, text.data() + text.size(), line.message_size);
    line.line = text.substr(0, first);
    return line;
}

ReadLine read_line(const RecentLine& line) {
    ReadLine read;
    if (line.message_at > 0) {
        read = read_text(line);
    } else {
        const auto object = nlohmann::json::parse(line.line, nullptr, false);
        if (object.is_object())
            read = read_json(object);
        else
            read.message = line.line;
    }
    read.level = line.level;
    return read;
}

std::vector<ReadLine> select(const std::vector<RecentLine>& lines, sdk::LogLevel least, std::string_view contains,
                             std::size_t limit) {
    std::vector<ReadLine> selected;
    for (const auto& line : lines | std::views::reverse) {
        if (selected.size() >= limit) break;
        if (line.level >= least && holds(line.line, contains)) selected.push_back(read_line(line));
    }
    return selected;
}

}  // namespace whatsflow::logging
