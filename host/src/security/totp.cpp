#include "security/totp.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>

namespace whatsflow::security {
namespace {

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

using Seal = std::array<unsigned char, 20>;

Seal hmac_sha1(std::string_view key, const std::array<unsigned char, 8>& message) {
    Seal seal{};
    unsigned length = 0;
    HMAC(EVP_sha1(), key.data(), static_cast<int>(key.size()), message.data(), message.size(), seal.data(), &length);
    return seal;
}

}  // namespace

std::string to_base32(std::string_view bytes) {
    std::string text;
    std::uint32_t bits = 0;
    int held = 0;
    for (const char c : bytes) {
        bits = (bits << 8U) | static_cast<unsigned char>(c);
        for (held += 8; held >= 5; held -= 5)
            text.push_back(kAlphabet[(bits >> static_cast<unsigned>(held - 5)) & 31U]);
    }
    if (held > 0) text.push_back(kAlphabet[(bits << static_cast<unsigned>(5 - held)) & 31U]);
    return text;
}

std::optional<std::string> from_base32(std::string_view text) {
    std::string bytes;
    std::uint32_t bits = 0;
    int held = 0;
    for (char c : text) {
        if (c == ' ' || c == '-' || c == '=') continue;
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
        const auto value = kAlphabet.find(c);
        if (value == std::string_view::npos) return std::nullopt;
        bits = (bits << 5U) | static_cast<std::uint32_t>(value);
        held += 5;
        if (held < 8) continue;
        held -= 8;
        bytes.push_back(static_cast<char>((bits >> static_cast<unsigned>(held)) & 255U));
    }
    return bytes;
}

std::string one_time_code(std::string_view key, std::int64_t step, int digits) {
    std::array<unsigned char, 8> counter{};
    for (std::size_t i = 0; i < counter.size(); ++i)
        counter.at(i) = static_cast<unsigned char>((static_cast<std::uint64_t>(step) >> (8 * (7 - i))) & 255U);
    const auto seal = hmac_sha1(key, counter);
    // RFC 4226, 5.3: the last four bits say where the 31 bits of the code begin.
    const std::size_t at = seal.back() & 15U;
    std::uint32_t number = 0;
    for (std::size_t i = 0; i < 4; ++i) number = (number << 8U) | seal.at(at + i);
    number &= 0x7fffffffU;
    std::string code(static_cast<std::size_t>(digits), '0');
    for (auto digit = code.rbegin(); digit != code.rend(); ++digit, number /= 10)
        *digit = static_cast<char>('0' + number % 10);
    return code;
}

}  // namespace whatsflow::security
