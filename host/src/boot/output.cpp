#include "boot/output.hpp"

#include <algorithm>
#include <cctype>
#include <cstdio>

namespace whatsflow::boot {
namespace {

/// How many columns a text takes on a terminal: bytes that continue a character take none.
std::size_t width_of(const std::string& text) {
    return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) { return (c & 0xc0) != 0x80; }));
}

std::string cell_text(const nlohmann::json& value) {
    std::string text;
    if (value.is_null()) return "–";
    if (value.is_string()) {
        text = value.get<std::string>();
    } else if (value.is_array()) {
        for (const auto& item : value) text += (text.empty() ? "" : ", ") + cell_text(item);
    } else {
        text = value.dump();
    }
    // One row is one line: a text with line breaks must not look like several rows.
    std::ranges::replace_if(text, [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
    return text;
}

}  // namespace

std::string format_table(const nlohmann::json& rows, const std::vector<std::string>& columns) {
    std::vector<std::vector<std::string>> cells(1);
    for (std::string name : columns) {
        std::ranges::transform(name, name.begin(), [](char c) {
            return c == '_' ? ' ' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
        });
        cells.front().push_back(std::move(name));
    }
    for (const auto& row : rows) {
        auto& line = cells.emplace_back();
        for (const auto& column : columns) line.push_back(row.contains(column) ? cell_text(row[column]) : "");
    }
    std::string text;
    for (const auto& line : cells) {
        std::string row;
        for (std::size_t i = 0; i < line.size(); ++i) {
            std::size_t widest = 0;
            for (const auto& other : cells) widest = std::max(widest, width_of(other[i]));
            row += line[i] + std::string(widest - width_of(line[i]) + 2, ' ');
        }
        row.erase(row.find_last_not_of(' ') + 1);
        text += row + "\n";
    }
    return text;
}

void print_result(const nlohmann::json& result, const std::vector<std::string>& columns, bool json,
                  const std::string& when_empty) {
    const auto keep_going = nlohmann::json::error_handler_t::replace;
    std::string text;
    if (result.is_null()) return;  // it has written by itself
    if (json)
        text = result.dump(2, ' ', false, keep_going) + "\n";
    else if (result.is_string())
        text = result.get<std::string>() + "\n";
    else if (result.is_array() && result.empty())
        return say(when_empty.empty() ? "Nothing to show." : when_empty);
    else if (result.is_array())
        text = format_table(result, columns);
    else
        text = result.dump(2, ' ', false, keep_going) + "\n";
    std::fwrite(text.data(), 1, text.size(), stdout);
}

void say(const std::string& sentence) { std::fprintf(stderr, "%s\n", sentence.c_str()); }

}  // namespace whatsflow::boot
