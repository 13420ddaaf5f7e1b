#include "webhook_address.hpp"

#include <algorithm>

namespace whatsflow::app {
namespace {

constexpr std::size_t kLongestAddress = 500;

bool is_printable(char c) {
    return c > ' ' && c < 0x7F;
}

}  // namespace

std::optional<std::string> objection_to_address(std::string_view url, bool private_addresses) {
    if (url.size() > kLongestAddress) return "too_long";
    if (!std::ranges::all_of(url, is_printable)) return "malformed";
    constexpr std::string_view secure = "https://";
    constexpr std::string_view plain = "http://";
    const bool is_secure = url.starts_with(secure);
    if (!is_secure && !(private_addresses && url.starts_with(plain))) return "not_https";
    const auto rest = url.substr(is_secure ? secure.size() : plain.size());
    const auto authority = rest.substr(0, rest.find_first_of("/?#"));
    if (authority.find('@') != std::string_view::npos) return "has_user";
    if (url.find('#') != std::string_view::npos) return "has_fragment";
    const auto host = authority.substr(0, authority.starts_with('[') ? authority.find(']') + 1 : authority.find(':'));
    if (host.empty()) return "malformed";
    if (private_addresses) return std::nullopt;
    if (host == "localhost" || host.ends_with(".localhost") || host.ends_with(".local") ||
        host.ends_with(".internal") || host.starts_with('[') || host.find('.') == std::string_view::npos ||
        host.find_first_not_of("0123456789.") == std::string_view::npos)
        return "not_public";
    return std::nullopt;
}

}  // namespace whatsflow::app
