// The only file that knows a library of digests.
#include "digests.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <array>
#include <stdexcept>

namespace whatsflow::payhere {
namespace {

std::string hex_digest(const EVP_MD* kind, std::string_view text, const char* digits, std::size_t most_bytes) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    if (EVP_Digest(text.data(), text.size(), digest.data(), &size, kind, nullptr) != 1)
        throw std::runtime_error("OpenSSL does not offer the digest that PayHere needs");
    std::string hex;
    for (std::size_t i = 0; i < size && i < most_bytes; ++i) {
        hex.push_back(digits[digest[i] >> 4U]);
        hex.push_back(digits[digest[i] & 15U]);
    }
    return hex;
}

}  // namespace

std::string upper_md5(std::string_view text) {
    return hex_digest(EVP_md5(), text, "0123456789ABCDEF", 16);
}

std::string short_digest(std::string_view text) {
    return hex_digest(EVP_sha256(), text, "0123456789abcdef", 16);
}

bool same_hex(std::string_view left, std::string_view right) {
    const auto upper = [](std::string_view text) {
        std::string result(text);
        for (auto& c : result)
            if (c >= 'a' && c <= 'f') c = static_cast<char>(c - 'a' + 'A');
        return result;
    };
    if (left.size() != right.size()) return false;
    return CRYPTO_memcmp(upper(left).data(), upper(right).data(), left.size()) == 0;
}

}  // namespace whatsflow::payhere
