#include "security/one_time_codes.hpp"

#include "security/digest.hpp"
#include "security/qr_code.hpp"
#include "security/random.hpp"
#include "security/totp.hpp"

#include <whatsflow/sdk/http.hpp>

#include <algorithm>
#include <cctype>

namespace whatsflow::security {
namespace {

constexpr std::size_t kSecretBytes = 20;  // as long as SHA-1's result: RFC 4226, section 4
constexpr std::int64_t kStepSeconds = 30;
constexpr std::size_t kRecoveryCodes = 10;
constexpr std::size_t kRecoveryLength = 8;
// Without 0, 1, i, l, o, which people mix up; 31 characters, so letters are drawn again at times.
constexpr std::string_view kRecoveryAlphabet = "23456789abcdefghjkmnpqrstuvwxyz";

std::string make_recovery_code() {
    std::string code;
    while (code.size() < kRecoveryLength) {
        for (const char c : random_bytes(kRecoveryLength)) {
            const auto value = static_cast<unsigned char>(c) & 31U;
            if (value < kRecoveryAlphabet.size() && code.size() < kRecoveryLength)
                code.push_back(kRecoveryAlphabet[value]);
        }
    }
    return code.insert(kRecoveryLength / 2, "-");
}

/// What was typed, without blanks and dashes and in small letters when that is a recovery
/// code; any other text as it is.
std::string as_written(std::string_view code) {
    std::string plain;
    for (const char c : code)
        if (c != ' ' && c != '-') plain.push_back(static_cast<char>(std::tolower(static_cast<unsigned char>(c))));
    const bool is_recovery_code = plain.size() == kRecoveryLength && std::ranges::all_of(plain, [](char c) {
                                      return kRecoveryAlphabet.find(c) != std::string_view::npos;
                                  });
    return is_recovery_code ? plain : std::string(code);
}

}  // namespace

sdk::Result<sdk::Secret> TotpCodes::make_secret() {
    return sdk::Secret(to_base32(random_bytes(kSecretBytes)));
}

sdk::Result<std::string> TotpCodes::provisioning_uri(const sdk::Secret& secret, const std::string& issuer,
                                                     const std::string& account) {
    return "otpauth://totp/" + sdk::encode_url(issuer) + ":" + sdk::encode_url(account) + "?secret=" + secret.reveal() +
           "&issuer=" + sdk::encode_url(issuer) + "&algorithm=SHA1&digits=6&period=30";
}

sdk::Result<std::string> TotpCodes::qr_code_svg(const std::string& text) {
    auto picture = security::qr_code_svg(text);
    if (!picture) return sdk::fail("one_time_codes.too_long", "This text does not fit into a QR code.");
    return *picture;
}

sdk::Result<std::optional<std::int64_t>> TotpCodes::verify(const sdk::Secret& secret, std::string_view code,
                                                           sdk::Instant now, std::int64_t last_step) {
    using Answer = std::optional<std::int64_t>;
    const auto key = from_base32(secret.reveal());
    if (!key || key->empty()) return sdk::fail("one_time_codes.bad_secret", "The stored secret is damaged.");
    std::string typed;
    for (const char c : code)
        if (c != ' ') typed.push_back(c);
    const auto current = sdk::to_micros(now) / (kStepSeconds * 1'000'000);
    Answer found;
    // All three are computed whatever fits, so that the time does not tell which.
    for (const auto step : {current - 1, current, current + 1})
        if (equal_in_constant_time(one_time_code(*key, step), typed) && step > last_step) found = step;
    return found;
}

sdk::Result<std::vector<std::string>> TotpCodes::make_recovery_codes() {
    std::vector<std::string> codes;
    while (codes.size() < kRecoveryCodes) codes.push_back(make_recovery_code());
    return codes;
}

sdk::Result<std::string> TotpCodes::digest(std::string_view code) {
    return to_base64url(hmac_sha256(digest_key_, as_written(code)));
}

}  // namespace whatsflow::security
