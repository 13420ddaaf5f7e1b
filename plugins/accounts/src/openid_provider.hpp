/// \file
/// One OpenID Connect provider: where its pages are, and what its answers prove.
///
/// Source: OpenID Connect Core 1.0 (3.1, authorization code flow), Discovery 1.0, RFC 7636.
#pragma once

#include "office.hpp"

#include <mutex>
#include <optional>
#include <string>

namespace whatsflow::accounts {

/// What makes one attempt to sign in this attempt and no other.
struct OpenIdAttempt {
    std::string state;
    std::string nonce;
    std::string verifier;
    std::string redirect_uri;
};

struct OpenIdPerson {
    std::string subject;
    std::string email;
    bool email_verified = false;
    std::string name;
};

/// [thread-safe] Keeps what the provider publishes for an hour.
class OpenIdProvider {
public:
    OpenIdProvider(sdk::Host& host, ProviderSettings settings) : host_(host), settings_(std::move(settings)) {}

    const ProviderSettings& settings() const { return settings_; }

    /// Where to send the browser. Errors: `openid.unreachable`, `openid.bad_metadata`.
    sdk::Result<std::string> authorization_url(const sdk::CallContext& context, const OpenIdAttempt& attempt);
    /// Who came back with `code`. Errors: those above, `openid.refused`, `openid.bad_token`.
    sdk::Result<OpenIdPerson> redeem(const sdk::CallContext& context, const std::string& code,
                                     const OpenIdAttempt& attempt);

private:
    struct Published {
        nlohmann::json metadata;
        nlohmann::json keys;
        sdk::Instant read_at{};
    };
    sdk::Result<Published> published(const sdk::CallContext& context, bool fresh);
    sdk::Result<nlohmann::json> fetch(const sdk::CallContext& context, const std::string& url);
    sdk::Result<std::string> identity_token(const sdk::CallContext& context, const std::string& code,
                                            const OpenIdAttempt& attempt, const nlohmann::json& metadata);
    sdk::Result<nlohmann::json> claims_of(const sdk::CallContext& context, const std::string& token);
    /// Issuer, audience, nonce, times: OpenID Connect Core 3.1.3.7.
    sdk::Result<void> check_claims(const nlohmann::json& claims, const OpenIdAttempt& attempt) const;

    sdk::Host& host_;
    ProviderSettings settings_;
    std::mutex mutex_;
    std::optional<Published> published_;
};

}  // namespace whatsflow::accounts
