#include "signature.hpp"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace whatsflow::stripe {
namespace {

/// More than Stripe ever sends; a header of thousands would only cost time.
constexpr std::size_t kMostDigests = 8;

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

bool same_digest(std::string_view left, std::string_view right) {
    return left.size() == right.size() && sodium_memcmp(left.data(), right.data(), left.size()) == 0;
}

std::optional<std::int64_t> whole_seconds(std::string_view text) {
    std::int64_t seconds = 0;
    const auto* end = text.data() + text.size();
    const auto [read_to, error] = std::from_chars(text.data(), end, seconds);
    if (text.empty() || error != std::errc{} || read_to != end || seconds < 0) return std::nullopt;
    return seconds;
}

}  // namespace

std::optional<SignatureHeader> read_signature_header(std::string_view header) {
    SignatureHeader result;
    bool has_time = false;
    while (!header.empty()) {
        const auto part = header.substr(0, header.find(','));
        header.remove_prefix(std::min(header.size(), part.size() + 1));
        const auto equals = part.find('=');
        if (equals == std::string_view::npos) continue;
        const auto name = part.substr(0, equals);
        const auto value = part.substr(equals + 1);
        if (name == "t") {
            const auto seconds = whole_seconds(value);
            if (has_time || !seconds) return std::nullopt;
            has_time = true;
            result.time_text = value;
            result.time = *seconds;
        } else if (name == "v1") {
            if (result.digests.size() == kMostDigests) return std::nullopt;
            result.digests.push_back(value);
        }
    }
    if (!has_time || result.digests.empty()) return std::nullopt;
    return result;
}

std::string sign(std::string_view secret, std::string_view time, std::string_view body) {
    std::array<unsigned char, crypto_auth_hmacsha256_BYTES> digest{};
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, bytes_of(secret), secret.size());
    crypto_auth_hmacsha256_update(&state, bytes_of(time), time.size());
    crypto_auth_hmacsha256_update(&state, bytes_of("."), 1);
    crypto_auth_hmacsha256_update(&state, bytes_of(body), body.size());
    crypto_auth_hmacsha256_final(&state, digest.data());
    std::string hex(digest.size() * 2 + 1, '\0');
    sodium_bin2hex(hex.data(), hex.size(), digest.data(), digest.size());
    hex.pop_back();
    return hex;
}

bool is_signed_with_any(const std::vector<sdk::Secret>& secrets, const SignatureHeader& header, std::string_view body) {
    bool proven = false;
    for (const auto& secret : secrets) {
        if (secret.empty()) continue;
        const auto expected = sign(secret.reveal(), header.time_text, body);
        for (const auto digest : header.digests) proven = same_digest(expected, digest) || proven;
    }
    return proven;
}

}  // namespace whatsflow::stripe
