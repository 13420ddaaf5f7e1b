#include "web/target.hpp"

#include "web/text.hpp"

namespace whatsflow::web {
namespace {

constexpr std::size_t kMaxQueryFields = 1000;
constexpr std::size_t kMaxCookies = 200;

sdk::Error bad_target(std::string sentence) {
    return sdk::fail("http.bad_target", std::move(sentence));
}

sdk::Result<std::string> decode_segment(std::string_view raw) {
    auto decoded = sdk::decode_url(raw, false);
    if (!decoded) return bad_target("The address contains a broken % escape.");
    if (*decoded == "." || *decoded == "..") return bad_target("The address contains a dot segment.");
    if (has_control(*decoded)) return bad_target("The address contains a control character.");
    if (!is_utf8(*decoded)) return bad_target("The address is not valid UTF-8.");
    return std::move(*decoded);
}

sdk::Result<sdk::Fields> parse_query(std::string_view raw) {
    sdk::Fields fields;
    while (!raw.empty()) {
        auto value = take_until(raw, '&');
        if (value.empty()) continue;
        if (fields.entries().size() == kMaxQueryFields) return bad_target("The address has too many parameters.");
        const auto name = take_until(value, '=');
        auto decoded_name = sdk::decode_url(name, true);
        auto decoded_value = sdk::decode_url(value, true);
        if (!decoded_name || !decoded_value) return bad_target("The address contains a broken % escape.");
        for (const auto* text : {&*decoded_name, &*decoded_value}) {
            if (text->find('\0') != std::string::npos) return bad_target("The address contains a control character.");
            if (!is_utf8(*text)) return bad_target("The address is not valid UTF-8.");
        }
        fields.add(std::move(*decoded_name), std::move(*decoded_value));
    }
    return fields;
}

bool is_plain_character(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

}  // namespace

sdk::Result<Target> parse_target(std::string_view raw) {
    if (!raw.starts_with('/')) return bad_target("The address must start with a slash.");
    if (raw.find('#') != std::string_view::npos || has_control(raw))
        return bad_target("The address contains a character that is not allowed.");

    Target target;
    auto query = raw;
    auto path = take_until(query, '?');
    while (!path.empty()) {
        const auto segment = take_until(path, '/');
        if (segment.empty()) continue;
        auto decoded = decode_segment(segment);
        if (!decoded) return decoded.error();
        target.path.append("/").append(*decoded);
        target.segments.push_back(std::move(*decoded));
    }
    if (target.path.empty()) target.path = "/";
    target.query_string = query;
    auto fields = parse_query(query);
    if (!fields) return fields.error();
    target.query = std::move(*fields);
    return target;
}

bool is_plain_path(std::string_view raw) noexcept {
    if (raw == "/") return true;
    if (!raw.starts_with('/') || raw.ends_with('/')) return false;
    char before = 'x';
    for (const char c : raw) {
        if (c == '/') {
            if (before == '/') return false;
        } else if (c == '.') {
            // A dot after a slash could begin a dot segment; leave it to parse_target.
            if (before == '/') return false;
        } else if (!is_plain_character(c)) {
            return false;
        }
        before = c;
    }
    return true;
}

sdk::Fields parse_cookies(const sdk::Headers& headers) {
    sdk::Fields cookies;
    for (const auto& [name, value] : headers.entries()) {
        if (!same_text(name, "cookie")) continue;
        std::string_view rest = value;
        while (!rest.empty() && cookies.entries().size() < kMaxCookies) {
            auto content = trimmed(take_until(rest, ';'));
            const auto equals = content.find('=');
            if (equals == std::string_view::npos || equals == 0) continue;
            auto text = trimmed(content.substr(equals + 1));
            if (text.size() >= 2 && text.front() == '"' && text.back() == '"') text = text.substr(1, text.size() - 2);
            if (has_control(content) || !is_utf8(content)) continue;
            cookies.add(std::string(trimmed(content.substr(0, equals))), std::string(text));
        }
    }
    return cookies;
}

bool is_utf8(std::string_view text) noexcept {
    for (std::size_t i = 0; i < text.size();) {
        const auto lead = static_cast<unsigned char>(text[i]);
        if (lead < 0x80) {
            ++i;
            continue;
        }
        const std::size_t more = lead >= 0xf0 ? 3 : lead >= 0xe0 ? 2 : 1;
        if (lead < 0xc2 || lead > 0xf4 || text.size() - i <= more) return false;
        const auto second = static_cast<unsigned char>(text[i + 1]);
        // Overlong forms, surrogates and what lies past U+10FFFF.
        if ((lead == 0xe0 && second < 0xa0) || (lead == 0xed && second > 0x9f) || (lead == 0xf0 && second < 0x90) ||
            (lead == 0xf4 && second > 0x8f))
            return false;
        for (std::size_t k = 1; k <= more; ++k)
            if ((static_cast<unsigned char>(text[i + k]) & 0xc0) != 0x80) return false;
        i += more + 1;
    }
    return true;
}

}  // namespace whatsflow::web
