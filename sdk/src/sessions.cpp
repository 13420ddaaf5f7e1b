#include <whatsflow/sdk/sessions.hpp>

#include <algorithm>

namespace whatsflow::sdk {
namespace {

constexpr std::size_t kTokenLength = 43;  // 256 bits in base64url
constexpr auto kRememberedDays = std::chrono::days{30};

bool is_token(std::string_view text) {
    return text.size() == kTokenLength && std::ranges::all_of(text, [](unsigned char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
           });
}

std::string cookie_line(Site site, std::string_view value, bool secure, std::string_view life) {
    return session_cookie_name(site, secure) + "=" + std::string(value) + "; Path=/; HttpOnly; SameSite=Lax" +
           std::string(life) + (secure ? "; Secure" : "");
}

}  // namespace

std::string session_cookie_name(Site site, bool secure) {
    return (secure ? "__Host-wf_" : "wf_") + std::string(to_text(site));
}

std::string session_cookie(Site site, const Secret& token, bool secure, bool remember) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(kRememberedDays).count();
    return cookie_line(site, token.reveal(), secure, remember ? "; Max-Age=" + std::to_string(seconds) : "");
}

std::string expired_session_cookie(Site site, bool secure) { return cookie_line(site, "", secure, "; Max-Age=0"); }

std::optional<std::string> session_token_of(const Request& request) {
    const auto value = request.cookies.find(session_cookie_name(request.site, request.secure));
    if (!value || !is_token(*value)) return std::nullopt;
    return std::string(*value);
}

}  // namespace whatsflow::sdk
