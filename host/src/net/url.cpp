#include "net/url.hpp"

#include <algorithm>
#include <charconv>

namespace whatsflow::net {
namespace {

sdk::Error refused(const std::string& why) {
    return sdk::fail("net.not_sent", "the address of an outgoing call " + why);
}

bool is_host_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
}

bool is_address_character(char c) {
    return (c >= 'a' && c <= 'f') || (c >= '0' && c <= '9') || c == ':' || c == '.';
}

std::string lower(std::string text) {
    for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return text;
}

bool take_prefix(std::string& text, std::string_view prefix) {
    if (!text.starts_with(prefix)) return false;
    text.erase(0, prefix.size());
    return true;
}

}  // namespace

std::string Url::authority() const {
    return (host.find(':') == std::string::npos ? host : "[" + host + "]") + ":" + std::to_string(port);
}

std::string Url::host_header() const {
    const auto full = authority();
    return port == (secure ? 443 : 80) ? full.substr(0, full.rfind(':')) : full;
}

sdk::Result<Url> read_url(const std::string& text) {
    if (text.size() > 8192) return refused("is longer than 8 KiB");
    const bool printable = std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7f'; });
    if (!printable || text.find_first_of("#\\") != std::string::npos) {
        return refused("has characters that must be percent-encoded");
    }

    Url url;
    std::string rest = text;
    if (take_prefix(rest, "http://")) {
        url.secure = false;
        url.port = 80;
    } else if (!take_prefix(rest, "https://")) {
        return refused("must start with https://");
    }
    const auto end = rest.find_first_of("/?");
    auto authority = lower(rest.substr(0, end));
    url.target = end == std::string::npos ? "/" : rest.substr(end);
    if (url.target.front() == '?') url.target.insert(0, 1, '/');
    if (authority.find('@') != std::string::npos) return refused("must not hold a user name or password");

    if (authority.starts_with('[')) {
        const auto bracket = authority.find(']');
        if (bracket == std::string::npos) return refused("has an unclosed bracket");
        url.host = authority.substr(1, bracket - 1);
        authority.erase(0, bracket + 1);
        if (url.host.find(':') == std::string::npos || !std::ranges::all_of(url.host, is_address_character)) {
            return refused("has no valid IPv6 address in its brackets");
        }
    } else {
        url.host = authority.substr(0, authority.find(':'));
        authority.erase(0, url.host.size());
        if (url.host.empty() || url.host.size() > 253 || !std::ranges::all_of(url.host, is_host_character)) {
            return refused("has no valid host name");
        }
    }
    if (authority.empty()) return url;
    const auto* const begin = authority.data() + 1;
    const auto* const stop = authority.data() + authority.size();
    const auto [parsed, problem] = std::from_chars(begin, stop, url.port);
    if (authority.front() != ':' || problem != std::errc{} || parsed != stop || url.port == 0) {
        return refused("has no valid port");
    }
    return url;
}

}  // namespace whatsflow::net
