#include "small_markdown.hpp"

#include <whatsflow/sdk/http.hpp>

#include <optional>

namespace whatsflow::admin {
namespace {

struct Piece {
    std::string html;
    std::size_t length = 0;  ///< of the text it stands for
};

bool may_link_to(std::string_view address) {
    for (const char c : address)
        if (static_cast<unsigned char>(c) <= ' ' || c == '"' || c == '<' || c == '\\') return false;
    if (address.starts_with("https://")) return address.size() > 8;
    return address.starts_with('/') && !address.starts_with("//");
}

std::optional<Piece> between(std::string_view text, std::string_view mark, const std::string& element, bool nested) {
    if (!text.starts_with(mark)) return std::nullopt;
    const auto end = text.find(mark, mark.size());
    if (end == std::string_view::npos || end == mark.size()) return std::nullopt;
    const auto inside = text.substr(mark.size(), end - mark.size());
    return Piece{
        "<" + element + ">" + (nested ? small_markdown(inside) : sdk::escape_html(inside)) + "</" + element + ">",
        end + mark.size()};
}

std::optional<Piece> link(std::string_view text) {
    if (!text.starts_with('[')) return std::nullopt;
    const auto middle = text.find("](");
    if (middle == std::string_view::npos || middle == 1) return std::nullopt;
    const auto end = text.find(')', middle);
    if (end == std::string_view::npos) return std::nullopt;
    const auto address = text.substr(middle + 2, end - middle - 2);
    if (!may_link_to(address)) return std::nullopt;
    return Piece{
        "<a href=\"" + sdk::escape_html(address) + "\">" + sdk::escape_html(text.substr(1, middle - 1)) + "</a>",
        end + 1};
}

}  // namespace

std::string small_markdown(std::string_view text) {
    std::string html;
    while (!text.empty()) {
        auto piece = between(text, "**", "strong", true);
        if (!piece) piece = between(text, "*", "em", false);
        if (!piece) piece = between(text, "`", "code", false);
        if (!piece) piece = link(text);
        if (!piece) piece = Piece{text.front() == '\n' ? std::string("<br>") : sdk::escape_html(text.substr(0, 1)), 1};
        html += piece->html;
        text.remove_prefix(piece->length);
    }
    return html;
}

}  // namespace whatsflow::admin
