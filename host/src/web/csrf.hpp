/// \file
/// Proof that a changing request was made by one of our own pages.
///
/// A token is the keyed digest of what it is bound to (a session, or a visitor's random
/// cookie), hidden under a fresh random mask so that no two pages carry the same text and
/// compression leaks nothing. Beside the token, a foreign Origin is refused by itself.
#pragma once

#include <whatsflow/sdk/http.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace whatsflow::web {

class CsrfTokens {
public:
    /// All nodes that serve the same people need the same key.
    explicit CsrfTokens(std::string key) : key_(std::move(key)) {}

    [[nodiscard]] std::string make(std::string_view binding) const;
    [[nodiscard]] bool verify(std::string_view token, std::string_view binding) const;

private:
    std::string key_;
};

[[nodiscard]] std::string session_binding(std::string_view session);
[[nodiscard]] std::string visitor_binding(std::string_view visitor);

/// The cookie that a visitor without a session is known by.
[[nodiscard]] std::string_view visitor_cookie_name(bool secure) noexcept;
/// The visitor's id when the cookie is one of ours.
[[nodiscard]] std::optional<std::string> visitor_of(const sdk::Fields& cookies, bool secure);
[[nodiscard]] std::string make_visitor();
[[nodiscard]] std::string visitor_cookie(std::string_view visitor, bool secure);

/// The token a changing request carries: header X-CSRF-Token, else form field csrf_token.
[[nodiscard]] std::string csrf_token_of(const sdk::Request& request);

/// True when Origin, Referer or Sec-Fetch-Site say that another site made this request.
/// `own_origin` is the site's public address; the request's own Host is ours as well.
[[nodiscard]] bool comes_from_elsewhere(const sdk::Headers& headers, std::string_view own_origin, bool secure);

[[nodiscard]] bool is_unsafe(sdk::Method method) noexcept;

}  // namespace whatsflow::web
