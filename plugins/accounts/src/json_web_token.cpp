#include "json_web_token.hpp"

#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include <array>
#include <memory>
#include <vector>

namespace whatsflow::accounts {

using nlohmann::json;

namespace {

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::size_t kLongestToken = 16 * 1024;
constexpr std::size_t kCoordinate = 32;

template <auto Free>
struct FreeWith {
    template <class T>
    void operator()(T* object) const {
        Free(object);
    }
};
using Key = std::unique_ptr<EVP_PKEY, FreeWith<EVP_PKEY_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, FreeWith<EVP_PKEY_CTX_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, FreeWith<EVP_MD_CTX_free>>;
using Builder = std::unique_ptr<OSSL_PARAM_BLD, FreeWith<OSSL_PARAM_BLD_free>>;
using Params = std::unique_ptr<OSSL_PARAM, FreeWith<OSSL_PARAM_free>>;
using Number = std::unique_ptr<BIGNUM, FreeWith<BN_free>>;
using Signature = std::unique_ptr<ECDSA_SIG, FreeWith<ECDSA_SIG_free>>;

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

Number number_of(std::string_view bytes) {
    return Number(BN_bin2bn(bytes_of(bytes), static_cast<int>(bytes.size()), nullptr));
}

Key key_from(const char* kind, OSSL_PARAM_BLD* builder) {
    const Params params(OSSL_PARAM_BLD_to_param(builder));
    const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, kind, nullptr));
    EVP_PKEY* key = nullptr;
    if (!params || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
        EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, params.get()) != 1)
        return nullptr;
    return Key(key);
}

std::optional<std::string> member(const json& jwk, const char* name) {
    const auto found = jwk.find(name);
    if (found == jwk.end() || !found->is_string()) return std::nullopt;
    return from_base64url(found->get<std::string>());
}

Key rsa_key(const json& jwk) {
    const auto modulus = member(jwk, "n");
    const auto exponent = member(jwk, "e");
    // Shorter keys than 2048 bits prove nothing any more.
    if (!modulus || !exponent || modulus->size() < 256 || modulus->size() > 1024) return nullptr;
    const auto n = number_of(*modulus);
    const auto e = number_of(*exponent);
    const Builder builder(OSSL_PARAM_BLD_new());
    if (!n || !e || !builder || OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) != 1 ||
        OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) != 1)
        return nullptr;
    return key_from("RSA", builder.get());
}

Key ec_key(const json& jwk) {
    const auto x = member(jwk, "x");
    const auto y = member(jwk, "y");
    if (jwk.value("crv", "") != "P-256" || !x || !y || x->size() != kCoordinate || y->size() != kCoordinate)
        return nullptr;
    const std::string point = std::string(1, '\x04') + *x + *y;
    const Builder builder(OSSL_PARAM_BLD_new());
    if (!builder || OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0) != 1 ||
        OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()) != 1)
        return nullptr;
    return key_from("EC", builder.get());
}

/// From the two numbers side by side to the form that OpenSSL checks.
std::string der_of(std::string_view raw) {
    if (raw.size() != 2 * kCoordinate) return {};
    const Signature signature(ECDSA_SIG_new());
    auto r = number_of(raw.substr(0, kCoordinate));
    auto s = number_of(raw.substr(kCoordinate));
    if (!signature || !r || !s || ECDSA_SIG_set0(signature.get(), r.get(), s.get()) != 1) return {};
    static_cast<void>(r.release());  // both belong to the signature now
    static_cast<void>(s.release());
    unsigned char* der = nullptr;
    const int size = i2d_ECDSA_SIG(signature.get(), &der);
    if (size <= 0) return {};
    std::string text(reinterpret_cast<char*>(der), static_cast<std::size_t>(size));
    OPENSSL_free(der);
    return text;
}

bool fits(EVP_PKEY* key, std::string_view message, std::string_view signature) {
    const DigestContext context(EVP_MD_CTX_new());
    return context && EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key) == 1 &&
           EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(message), message.size()) ==
               1;
}

bool proves(const json& jwk, const std::string& algorithm, std::string_view message, const std::string& signature) {
    const auto kind = jwk.value("kty", "");
    if (algorithm == "RS256" && kind == "RSA") {
        const auto key = rsa_key(jwk);
        return key && fits(key.get(), message, signature);
    }
    if (algorithm == "ES256" && kind == "EC") {
        const auto key = ec_key(jwk);
        const auto der = der_of(signature);
        return key && !der.empty() && fits(key.get(), message, der);
    }
    return false;
}

std::optional<json> decoded_object(std::string_view part) {
    const auto text = from_base64url(part);
    if (!text) return std::nullopt;
    auto value = json::parse(*text, nullptr, false);
    if (!value.is_object()) return std::nullopt;
    return value;
}

sdk::Error bad_token(const char* why) {
    return sdk::fail("openid.bad_token", why);
}

}  // namespace

std::string base64url(std::string_view bytes) {
    std::string text;
    unsigned held = 0;
    int bits = 0;
    for (const char c : bytes) {
        held = (held << 8 | static_cast<unsigned char>(c)) & 0xffffffU;
        for (bits += 8; bits >= 6; bits -= 6) text += kAlphabet[held >> (bits - 6) & 63U];
    }
    if (bits > 0) text += kAlphabet[held << (6 - bits) & 63U];
    return text;
}

std::optional<std::string> from_base64url(std::string_view text) {
    std::string bytes;
    unsigned held = 0;
    int bits = 0;
    for (const char c : text) {
        const auto value = kAlphabet.find(c);
        if (value == std::string_view::npos) return std::nullopt;
        held = (held << 6 | static_cast<unsigned>(value)) & 0xffffffU;
        bits += 6;
        if (bits < 8) continue;
        bits -= 8;
        bytes += static_cast<char>(held >> bits & 255U);
    }
    // One text, one meaning: what is left over belongs to no byte and is zero.
    if (bits >= 6 || (held & ((1U << bits) - 1)) != 0) return std::nullopt;
    return bytes;
}

std::string code_challenge(std::string_view verifier) {
    std::array<unsigned char, 32> digest{};
    unsigned size = 0;
    EVP_Digest(verifier.data(), verifier.size(), digest.data(), &size, EVP_sha256(), nullptr);
    return base64url({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

sdk::Result<json> verified_claims(std::string_view token, const json& key_set) {
    if (token.size() > kLongestToken) return bad_token("The token is too long.");
    const auto first = token.find('.');
    const auto second = first == std::string_view::npos ? first : token.find('.', first + 1);
    if (second == std::string_view::npos || token.find('.', second + 1) != std::string_view::npos)
        return bad_token("The token has not three parts.");
    const auto header = decoded_object(token.substr(0, first));
    const auto claims = decoded_object(token.substr(first + 1, second - first - 1));
    const auto signature = from_base64url(token.substr(second + 1));
    if (!header || !claims || !signature) return bad_token("The token cannot be read.");
    // A header we must understand but do not: RFC 7515, 4.1.11.
    if (header->contains("crit")) return bad_token("The token asks for what is not known here.");
    const auto algorithm = header->value("alg", "");
    const auto wanted = header->value("kid", "");
    bool seen = false;
    for (const auto& jwk : key_set.value("keys", json::array())) {
        if (!jwk.is_object() || (!wanted.empty() && jwk.value("kid", "") != wanted)) continue;
        if (jwk.value("use", "sig") != "sig") continue;
        seen = true;
        if (proves(jwk, algorithm, token.substr(0, second), *signature)) return *claims;
    }
    if (!seen) return sdk::fail("openid.unknown_key", "No published key has the token's key id.");
    return bad_token("The signature fits none of the published keys.");
}

}  // namespace whatsflow::accounts
