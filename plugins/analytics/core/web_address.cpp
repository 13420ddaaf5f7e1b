#include "web_address.hpp"

#include "hex_digit.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace whatsflow::analytics {
namespace {

constexpr std::array<std::string_view, 7> kKept = {"utm_source",  "utm_medium", "utm_campaign", "utm_term",
                                                   "utm_content", "ref",        "source"};
struct ClickId {
    std::string_view parameter, source;
};
constexpr std::array<ClickId, 6> kClickIds = {{{"gclid", "google.com"},
                                               {"fbclid", "facebook.com"},
                                               {"msclkid", "bing.com"},
                                               {"ttclid", "tiktok.com"},
                                               {"li_fat_id", "linkedin.com"},
                                               {"twclid", "x.com"}}};

struct Parts {
    std::string_view host, path, query;
};

Parts split(std::string_view url) {
    Parts parts;
    if (const auto hash = url.find('#'); hash != std::string_view::npos) url = url.substr(0, hash);
    if (const auto mark = url.find('?'); mark != std::string_view::npos) {
        parts.query = url.substr(mark + 1);
        url = url.substr(0, mark);
    }
    if (const auto scheme = url.find("://"); scheme != std::string_view::npos && scheme < 12) {
        url.remove_prefix(scheme + 3);
        const auto slash = url.find('/');
        parts.host = url.substr(0, slash);
        parts.path = slash == std::string_view::npos ? std::string_view{} : url.substr(slash);
    } else {
        parts.path = url;
    }
    return parts;
}

std::string host_of(std::string_view host) {
    if (const auto at = host.rfind('@'); at != std::string_view::npos) host.remove_prefix(at + 1);
    if (const auto colon = host.rfind(':'); colon != std::string_view::npos && host.find(']') == std::string_view::npos)
        host = host.substr(0, colon);
    std::string low(host);
    std::ranges::transform(low, low.begin(),
                           [](unsigned char c) { return static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c); });
    if (low.starts_with("www.")) low.erase(0, 4);
    return cut(low, longest::kValue);
}

bool is_utf8(std::string_view text) {
    for (std::size_t i = 0; i < text.size();) {
        const auto c = static_cast<unsigned char>(text[i]);
        const std::size_t length = c < 0x80 ? 1 : c >> 5 == 6 ? 2 : c >> 4 == 14 ? 3 : c >> 3 == 30 ? 4 : 0;
        if (length == 0 || i + length > text.size()) return false;
        for (std::size_t k = 1; k < length; ++k)
            if ((static_cast<unsigned char>(text[i + k]) & 0xc0) != 0x80) return false;
        i += length;
    }
    return true;
}

std::string decoded(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '+') {
            out += ' ';
        } else if (const int byte = text[i] == '%' && i + 2 < text.size() ? hex_byte(text[i + 1], text[i + 2]) : -1;
                   byte >= 0) {
            out += static_cast<char>(byte);
            i += 2;
        } else {
            out += text[i];
        }
    }
    return is_utf8(out) ? out : std::string(text);
}

template <class Visit>
void each_parameter(std::string_view query, Visit&& visit) {
    while (!query.empty()) {
        const auto end = query.find('&');
        const auto pair = query.substr(0, end);
        const auto equals = pair.find('=');
        visit(pair.substr(0, equals), equals == std::string_view::npos ? std::string_view{} : pair.substr(equals + 1),
              pair);
        if (end == std::string_view::npos) return;
        query.remove_prefix(end + 1);
    }
}

/// A segment of a path with an @ in it is somebody's address.
std::string masked_path(std::string_view path) {
    std::string out;
    while (!path.empty()) {
        const auto end = path.find('/', 1);
        const auto segment = path.substr(0, end);
        const bool personal =
            segment.find('@') != std::string_view::npos || segment.find("%40") != std::string_view::npos;
        out += personal ? std::string_view("/*") : segment;
        if (end == std::string_view::npos) break;
        path.remove_prefix(end);
    }
    if (out.empty() || out.front() != '/') out.insert(0, "/");
    return cut(out, longest::kPath);
}

}  // namespace

WebAddress read_address(std::string_view url) {
    const auto parts = split(url.substr(0, 8000));
    WebAddress address{host_of(parts.host), masked_path(parts.path), {}, {}, {}};
    std::string fallback, clicked;
    each_parameter(parts.query, [&](auto name, auto value, auto) {
        const auto text = cut(decoded(value), longest::kValue);
        if (name == "utm_source") address.source = text;
        if (name == "utm_medium") address.medium = text;
        if (name == "utm_campaign") address.campaign = text;
        if (name == "ref" || name == "source") fallback = text;
        for (const auto& each : kClickIds)
            if (name == each.parameter) clicked = each.source;
    });
    if (address.source.empty()) address.source = fallback.empty() ? clicked : fallback;
    if (!clicked.empty() && address.medium.empty()) address.medium = "cpc";
    return address;
}

std::string referring_source(std::string_view referrer, std::string_view own_hostname) {
    if (referrer.empty()) return {};
    const auto parts = split(referrer.substr(0, 8000));
    auto host = host_of(parts.host.empty() ? parts.path : parts.host);
    if (host.find('.') == std::string::npos || host.find('/') != std::string::npos || host == own_hostname) return {};
    return host;
}

std::string scrubbed(std::string_view url) {
    url = url.substr(0, 8000);
    const auto mark = url.find_first_of("?#");
    std::string out(url.substr(0, mark));
    const auto parts = split(url);
    if (const auto at = out.find('@'); at != std::string::npos) {
        const auto scheme = out.find("://");
        out = (scheme == std::string::npos ? std::string{} : out.substr(0, scheme + 3) + host_of(parts.host)) +
              masked_path(parts.path);
    }
    char separator = '?';
    each_parameter(parts.query, [&](auto name, auto, auto pair) {
        if (std::ranges::find(kKept, name) == kKept.end()) return;
        out += separator;
        out += pair;
        separator = '&';
    });
    return cut(out, 2000);
}

void put_address(Event& event, std::string_view url, std::string_view referrer) {
    const auto address = read_address(url);
    event.is_web = true;
    if (!address.hostname.empty()) event.hostname = address.hostname;
    event.path = address.path;
    event.source = address.source.empty() ? referring_source(referrer, event.hostname) : address.source;
    event.medium = address.medium.empty() && !event.source.empty() ? "referral" : address.medium;
    event.campaign = address.campaign;
}

}  // namespace whatsflow::analytics
