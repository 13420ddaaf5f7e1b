#include "openid_provider.hpp"

#include "json_web_token.hpp"

#include <whatsflow/sdk/https_client.hpp>

namespace whatsflow::accounts {

using nlohmann::json;

namespace {

constexpr auto kPublishedIsFresh = std::chrono::hours{1};
constexpr std::int64_t kClockSkewSeconds = 60;

std::string form_of(const std::vector<std::pair<std::string, std::string>>& fields) {
    std::string form;
    for (const auto& [name, value] : fields) form += (form.empty() ? "" : "&") + name + "=" + sdk::encode_url(value);
    return form;
}

/// Standard base64, as HTTP Basic wants it.
std::string basic_credentials(const std::string& id, const std::string& secret) {
    auto text = base64url(sdk::encode_url(id) + ":" + sdk::encode_url(secret));
    for (auto& c : text) c = c == '-' ? '+' : c == '_' ? '/' : c;
    while (text.size() % 4 != 0) text += '=';
    return "Basic " + text;
}

bool names(const json& audience, const std::string& client) {
    if (audience.is_string()) return audience == client;
    return audience.is_array() && std::ranges::any_of(audience, [&](const json& each) { return each == client; });
}

std::string text_in(const json& object, const char* name) {
    const auto found = object.find(name);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

std::int64_t seconds_in(const json& object, const char* name) {
    const auto found = object.find(name);
    return found != object.end() && found->is_number() ? found->get<std::int64_t>() : 0;
}

/// Some providers write it as text.
bool is_true(const json& object, const char* name) {
    const auto found = object.find(name);
    return found != object.end() && (*found == true || *found == "true");
}

}  // namespace

sdk::Result<json> OpenIdProvider::fetch(const sdk::CallContext& context, const std::string& url) {
    sdk::OutgoingRequest request;
    request.url = url;
    request.repeatable = true;
    request.headers.add("Accept", "application/json");
    const auto answer = host_.https().send(context, request);
    if (!answer)
        return sdk::fail("openid.unreachable", settings_.name + " cannot be reached: " + answer.error().message);
    auto document = json::parse(answer->body, nullptr, false);
    if (answer->status != 200 || !document.is_object())
        return sdk::fail("openid.bad_metadata", settings_.name + " answered " + std::to_string(answer->status) + ".");
    return document;
}

sdk::Result<OpenIdProvider::Published> OpenIdProvider::published(const sdk::CallContext& context, bool fresh) {
    const auto now = host_.clock().now();
    {
        const std::lock_guard lock(mutex_);
        if (published_ && !fresh && now - published_->read_at < kPublishedIsFresh) return *published_;
    }
    auto issuer = settings_.issuer;
    while (issuer.ends_with('/')) issuer.pop_back();
    auto metadata = fetch(context, issuer + "/.well-known/openid-configuration");
    if (!metadata) return metadata.error();
    // Another issuer's document would make another one's tokens ours.
    if (text_in(*metadata, "issuer") != settings_.issuer && text_in(*metadata, "issuer") != issuer)
        return sdk::fail("openid.bad_metadata", settings_.name + " says that it is another issuer.");
    for (const auto* name : {"authorization_endpoint", "token_endpoint", "jwks_uri"})
        if (text_in(*metadata, name).empty())
            return sdk::fail("openid.bad_metadata", settings_.name + " publishes no " + name + ".");
    auto keys = fetch(context, text_in(*metadata, "jwks_uri"));
    if (!keys) return keys.error();
    Published made{std::move(*metadata), std::move(*keys), now};
    const std::lock_guard lock(mutex_);
    published_ = made;
    return made;
}

sdk::Result<std::string> OpenIdProvider::authorization_url(const sdk::CallContext& context,
                                                           const OpenIdAttempt& attempt) {
    const auto known = published(context, false);
    if (!known) return known.error();
    const auto endpoint = text_in(known->metadata, "authorization_endpoint");
    return endpoint + (endpoint.find('?') == std::string::npos ? "?" : "&") +
           form_of({{"response_type", "code"},
                    {"client_id", settings_.client_id},
                    {"redirect_uri", attempt.redirect_uri},
                    {"scope", "openid email profile"},
                    {"state", attempt.state},
                    {"nonce", attempt.nonce},
                    {"code_challenge", code_challenge(attempt.verifier)},
                    {"code_challenge_method", "S256"}});
}

sdk::Result<std::string> OpenIdProvider::identity_token(const sdk::CallContext& context, const std::string& code,
                                                        const OpenIdAttempt& attempt, const json& metadata) {
    sdk::OutgoingRequest request;
    request.method = sdk::Method::post;
    request.url = text_in(metadata, "token_endpoint");
    request.headers.add("Content-Type", "application/x-www-form-urlencoded");
    request.headers.add("Accept", "application/json");
    request.headers.add("Authorization", basic_credentials(settings_.client_id, settings_.client_secret.reveal()));
    request.body = form_of({{"grant_type", "authorization_code"},
                            {"code", code},
                            {"redirect_uri", attempt.redirect_uri},
                            {"code_verifier", attempt.verifier}});
    const auto answer = host_.https().send(context, request);
    if (!answer)
        return sdk::fail("openid.unreachable", settings_.name + " cannot be reached: " + answer.error().message);
    const auto document = json::parse(answer->body, nullptr, false);
    const auto token = document.is_object() ? text_in(document, "id_token") : std::string{};
    if (answer->status != 200 || token.empty())
        return sdk::fail("openid.refused", settings_.name + " did not take the code (" +
                                               std::to_string(answer->status) +
                                               (document.is_object() ? " " + text_in(document, "error") : "") + ").");
    return token;
}

sdk::Result<json> OpenIdProvider::claims_of(const sdk::CallContext& context, const std::string& token) {
    auto known = published(context, false);
    if (!known) return known.error();
    auto claims = verified_claims(token, known->keys);
    if (claims || claims.error().code != "openid.unknown_key") return claims;
    known = published(context, true);
    if (!known) return known.error();
    return verified_claims(token, known->keys);
}

sdk::Result<void> OpenIdProvider::check_claims(const json& claims, const OpenIdAttempt& attempt) const {
    const auto now = sdk::to_micros(host_.clock().now()) / 1'000'000;
    auto issuer = settings_.issuer;
    while (issuer.ends_with('/')) issuer.pop_back();
    const auto refuse = [](const char* why) { return sdk::fail("openid.bad_token", why); };
    const auto said = text_in(claims, "iss");
    if (said != settings_.issuer && said != issuer) return refuse("The token is of another issuer.");
    const auto audience = claims.value("aud", json());
    if (!names(audience, settings_.client_id)) return refuse("The token is for another client.");
    const bool several = audience.is_array() && audience.size() > 1;
    if ((several || claims.contains("azp")) && text_in(claims, "azp") != settings_.client_id)
        return refuse("The token was issued to another client.");
    if (seconds_in(claims, "exp") + kClockSkewSeconds < now) return refuse("The token has expired.");
    if (seconds_in(claims, "iat") > now + kClockSkewSeconds) return refuse("The token is of the future.");
    if (attempt.nonce.empty() || text_in(claims, "nonce") != attempt.nonce)
        return refuse("The token belongs to another attempt.");
    if (text_in(claims, "sub").empty()) return refuse("The token names nobody.");
    return sdk::ok();
}

sdk::Result<OpenIdPerson> OpenIdProvider::redeem(const sdk::CallContext& context, const std::string& code,
                                                 const OpenIdAttempt& attempt) {
    const auto known = published(context, false);
    if (!known) return known.error();
    const auto token = identity_token(context, code, attempt, known->metadata);
    if (!token) return token.error();
    const auto claims = claims_of(context, *token);
    if (!claims) return claims.error();
    if (auto checked = check_claims(*claims, attempt); !checked) return checked.error();
    return OpenIdPerson{text_in(*claims, "sub"), text_in(*claims, "email"), is_true(*claims, "email_verified"),
                        text_in(*claims, "name")};
}

}  // namespace whatsflow::accounts
