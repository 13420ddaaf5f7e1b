#include "consent.hpp"

#include <algorithm>

namespace whatsflow::landing {

Consent read_consent(std::string_view cookie_value) {
    Consent consent;
    while (!cookie_value.empty()) {
        const auto end = cookie_value.find('.');
        const auto granted = cookie_value.substr(0, end);
        if (granted == "necessary") consent.decided = true;
        if (granted == "analytics") consent.analytics = true;
        if (granted == "marketing") consent.marketing = true;
        cookie_value = end == std::string_view::npos ? std::string_view{} : cookie_value.substr(end + 1);
    }
    return consent;
}

std::string consent_cookie(const Consent& consent, bool secure) {
    std::string cookie(kConsentCookie);
    cookie += "=necessary";
    if (consent.analytics) cookie += ".analytics";
    if (consent.marketing) cookie += ".marketing";
    cookie += "; Path=/; Max-Age=15724800; SameSite=Lax";
    if (secure) cookie += "; Secure";
    return cookie;
}

std::string safe_return_path(std::string_view wanted) {
    const bool is_path = wanted.size() <= 500 && wanted.starts_with('/') && !wanted.starts_with("//");
    const auto is_plain = [](unsigned char c) { return c > 0x20 && c < 0x7f && c != '\\'; };
    if (!is_path || !std::all_of(wanted.begin(), wanted.end(), is_plain)) return "/";
    return std::string(wanted);
}

}  // namespace whatsflow::landing
