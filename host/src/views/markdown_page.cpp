#include "views/markdown_page.hpp"

#include "views/markdown.hpp"

#include <cctype>
#include <set>
#include <string>

namespace whatsflow::views {

namespace {

std::string_view unquoted(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\r\"");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t\r\"") - first + 1);
}

std::string_view next_line(std::string_view& rest) {
    const auto newline = rest.find('\n');
    const auto line = rest.substr(0, newline);
    rest.remove_prefix(newline == std::string_view::npos ? rest.size() : newline + 1);
    return line;
}

/// Takes `name: value` lines, with or without `---` around them, off the start of the text.
std::string_view read_head(std::string_view text, nlohmann::json& page) {
    auto rest = text;
    bool any = false;
    bool fenced = unquoted(text.substr(0, text.find('\n'))) == "---";
    if (fenced) next_line(rest);
    while (!rest.empty()) {
        auto after = rest;
        const auto line = next_line(after);
        if (unquoted(line) == "---") return any || fenced ? after : text;
        if (unquoted(line).empty() && !fenced) return any ? after : text;
        const auto colon = line.find(':');
        const auto name = unquoted(line.substr(0, colon));
        if (colon != std::string_view::npos && (name == "title" || name == "description" || name == "updated")) {
            page[std::string(name)] = std::string(unquoted(line.substr(colon + 1)));
            any = true;
        } else if (!fenced) {
            return any ? rest : text;
        }
        rest = after;
    }
    return rest;
}

/// The text of a heading without its tags, and with the entities cmark writes turned back.
std::string plain(std::string_view html) {
    std::string text;
    for (std::size_t at = 0; at < html.size();) {
        if (html[at] == '<') {
            const auto end = html.find('>', at);
            if (end == std::string_view::npos) break;
            at = end + 1;
            continue;
        }
        bool replaced = false;
        for (const auto& [entity, character] :
             {std::pair{"&amp;", '&'}, std::pair{"&lt;", '<'}, std::pair{"&gt;", '>'}, std::pair{"&quot;", '"'}}) {
            if (html.substr(at).starts_with(entity)) {
                text += character;
                at += std::string_view(entity).size();
                replaced = true;
                break;
            }
        }
        if (!replaced) text += html[at++];
    }
    return text;
}

/// An id for a heading: letters, digits and dashes; other languages keep their own letters.
std::string slug_of(const std::string& title, std::set<std::string>& taken) {
    std::string slug;
    for (const char c : title) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte >= 0x80U || std::isalnum(byte) != 0) {
            slug += static_cast<char>(byte < 0x80U ? std::tolower(byte) : byte);
        } else if (!slug.empty() && slug.back() != '-') {
            slug += '-';
        }
    }
    while (!slug.empty() && slug.back() == '-') slug.pop_back();
    if (slug.empty()) slug = "section";
    auto unique = slug;
    for (int again = 2; !taken.insert(unique).second; ++again) unique = slug + "-" + std::to_string(again);
    return unique;
}

}  // namespace

nlohmann::json make_markdown_page(std::string_view text) {
    nlohmann::json page = {{"title", ""}, {"description", ""}, {"updated", ""}};
    const auto html = render_markdown(read_head(text, page));
    auto toc = nlohmann::json::array();
    std::string body;
    std::set<std::string> taken;
    std::size_t copied = 0;
    // Raw HTML is left out, so every <hN> in the output is a heading of the text.
    for (auto at = html.find("<h"); at != std::string::npos; at = html.find("<h", at + 2)) {
        if (html.size() < at + 4 || html[at + 2] < '1' || html[at + 2] > '6' || html[at + 3] != '>') continue;
        const int level = html[at + 2] - '0';
        const auto close = html.find("</h" + std::to_string(level) + ">", at);
        if (close == std::string::npos) break;
        const auto title = plain(std::string_view(html).substr(at + 4, close - at - 4));
        const auto id = slug_of(title, taken);
        body.append(html, copied, at + 3 - copied).append(" id=\"").append(id).append("\"");
        copied = at + 3;
        if (level == 2 || level == 3) {
            toc.push_back({{"id", id}, {"title", title}, {"level", level}, {"is_sub", level == 3}});
        }
    }
    body.append(html, copied);
    page["body_html"] = std::move(body);
    page["toc"] = std::move(toc);
    return page;
}

}  // namespace whatsflow::views
