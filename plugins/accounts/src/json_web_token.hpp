/// \file
/// Identity tokens of OpenID Connect: read, and proven with the provider's published keys.
///
/// RS256 and ES256 only; the algorithm is that of the key, never of the token alone, and `none`
/// does not exist. The one file that knows OpenSSL.
#pragma once

#include <whatsflow/sdk/result.hpp>

#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace whatsflow::accounts {

std::string base64url(std::string_view bytes);
std::optional<std::string> from_base64url(std::string_view text);

/// The challenge of PKCE: SHA-256 of the verifier, in base64url.
std::string code_challenge(std::string_view verifier);

/// The claims of a token whose signature fits a key of `key_set` (a JWK set). Errors:
/// `openid.bad_token`, `openid.unknown_key` (the keys may have been renewed: fetch them again).
sdk::Result<nlohmann::json> verified_claims(std::string_view token, const nlohmann::json& key_set);

}  // namespace whatsflow::accounts
