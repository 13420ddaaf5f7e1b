#include "web/csrf.hpp"

#include "security/digest.hpp"
#include "security/random.hpp"
#include "web/site_table.hpp"
#include "web/text.hpp"

namespace whatsflow::web {
namespace {

constexpr std::size_t kDigestBytes = 32;
constexpr std::size_t kVisitorLength = 43;  // 32 bytes in base64url

std::string masked(std::string_view bytes, std::string_view mask) {
    std::string result(bytes);
    for (std::size_t i = 0; i < result.size(); ++i) result[i] = static_cast<char>(result[i] ^ mask[i]);
    return result;
}

/// The field of a multipart form. Looking for its text is enough: whatever is found must still
/// verify.
std::string multipart_token(std::string_view body) {
    const auto name = body.find("name=\"csrf_token\"");
    if (name == std::string_view::npos) return {};
    const auto start = body.find("\r\n\r\n", name);
    if (start == std::string_view::npos) return {};
    const auto value = body.substr(start + 4, 256);
    return std::string(value.substr(0, value.find("\r\n")));
}

bool is_own(std::string_view url, std::string_view own_origin, const sdk::Headers& headers, bool secure) {
    const auto origin = origin_of(url);
    if (origin.empty()) return false;
    if (origin == origin_of(own_origin)) return true;
    const auto host = headers.find("host");
    return host && origin == origin_of((secure ? "https://" : "http://") + std::string(*host));
}

}  // namespace

std::string CsrfTokens::make(std::string_view binding) const {
    const auto mask = security::random_bytes(kDigestBytes);
    return security::to_base64url(mask + masked(security::hmac_sha256(key_, binding), mask));
}

bool CsrfTokens::verify(std::string_view token, std::string_view binding) const {
    const auto bytes = security::from_base64url(token);
    if (!bytes || bytes->size() != 2 * kDigestBytes) return false;
    const std::string_view view = *bytes;
    const auto digest = masked(view.substr(kDigestBytes), view.substr(0, kDigestBytes));
    return security::equal_in_constant_time(digest, security::hmac_sha256(key_, binding));
}

std::string session_binding(std::string_view session) {
    return "session:" + std::string(session);
}
std::string visitor_binding(std::string_view visitor) {
    return "visitor:" + std::string(visitor);
}

std::string_view visitor_cookie_name(bool secure) noexcept {
    return secure ? "__Host-wf_visitor" : "wf_visitor";
}

std::optional<std::string> visitor_of(const sdk::Fields& cookies, bool secure) {
    const auto value = cookies.find(visitor_cookie_name(secure));
    if (!value || value->size() != kVisitorLength || !security::from_base64url(*value)) return std::nullopt;
    return std::string(*value);
}

std::string make_visitor() {
    return security::to_base64url(security::random_bytes(32));
}

std::string visitor_cookie(std::string_view visitor, bool secure) {
    return std::string(visitor_cookie_name(secure)) + "=" + std::string(visitor) + "; Path=/; HttpOnly; SameSite=Lax" +
           (secure ? "; Secure" : "");
}

std::string csrf_token_of(const sdk::Request& request) {
    if (const auto token = request.headers.find("x-csrf-token")) return std::string(*token);
    const auto header = request.headers.find("content-type").value_or("");
    const auto type = trimmed(header.substr(0, header.find(';')));
    if (same_text(type, "multipart/form-data")) return multipart_token(request.body);
    if (!same_text(type, "application/x-www-form-urlencoded")) return {};
    const auto form = request.form();
    return form ? form->get("csrf_token") : std::string();
}

bool comes_from_elsewhere(const sdk::Headers& headers, std::string_view own_origin, bool secure) {
    const auto fetch_site = headers.find("sec-fetch-site");
    if (fetch_site && (same_text(*fetch_site, "cross-site") || same_text(*fetch_site, "same-site"))) return true;
    if (headers.count("origin") > 1) return true;
    if (const auto origin = headers.find("origin")) return !is_own(*origin, own_origin, headers, secure);
    if (const auto referer = headers.find("referer")) return !is_own(*referer, own_origin, headers, secure);
    return false;
}

bool is_unsafe(sdk::Method method) noexcept {
    return method != sdk::Method::get && method != sdk::Method::head && method != sdk::Method::options;
}

}  // namespace whatsflow::web
