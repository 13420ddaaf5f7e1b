#include <whatsflow/sdk/wanted_page.hpp>

#include <algorithm>

namespace whatsflow::sdk {
namespace {

constexpr std::size_t kLongest = 500;

std::string cookie_name(Site site, bool secure) {
    return (secure ? "__Host-wf_" : "wf_") + std::string(to_text(site)) + "_wanted";
}

/// Nothing that a cookie, a header or an address would read in another way.
bool is_plain(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("/-._~?&=%+").find(c) != std::string_view::npos;
}

bool is_own_page(std::string_view path) {
    return path.size() > 1 && path.size() <= kLongest && path.front() == '/' && path[1] != '/' &&
           std::ranges::all_of(path, is_plain);
}

/// Pieces that a page loads by itself are not where anybody wants to come back to.
bool is_for_a_page(const Request& request) {
    return request.headers.find("Sec-Fetch-Dest").value_or("document") == "document" &&
           !request.headers.find("HX-Request");
}

}  // namespace

std::optional<std::string> wanted_page_cookie(const Request& request) {
    // The path is decoded: one that would need escapes is left alone.
    if (!is_for_a_page(request) || request.path.find_first_of("%?&=+") != std::string::npos) return std::nullopt;
    const auto page = request.path + (request.query_string.empty() ? "" : "?" + request.query_string);
    if (!is_own_page(page)) return std::nullopt;
    return cookie_name(request.site, request.secure) + "=" + page + "; Path=/; HttpOnly; SameSite=Lax; Max-Age=600" +
           (request.secure ? "; Secure" : "");
}

std::optional<std::string> wanted_page(const Request& request) {
    const auto value = request.cookies.find(cookie_name(request.site, request.secure));
    if (!value || !is_own_page(*value)) return std::nullopt;
    return std::string(*value);
}

std::string forgotten_page_cookie(Site site, bool secure) {
    return cookie_name(site, secure) + "=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0" + (secure ? "; Secure" : "");
}

}  // namespace whatsflow::sdk
