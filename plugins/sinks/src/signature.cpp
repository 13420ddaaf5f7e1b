#include "signature.hpp"

#include <sodium.h>

namespace whatsflow::sinks {

std::string base64(std::string_view bytes) {
    std::string text(sodium_base64_encoded_len(bytes.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
    sodium_bin2base64(text.data(), text.size(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
                      sodium_base64_VARIANT_ORIGINAL);
    text.pop_back();  // its end mark
    return text;
}

std::string webhook_signature(std::string_view secret, std::string_view content) {
    constexpr std::string_view kPrefix = "whsec_";
    std::string key(secret);
    if (secret.starts_with(kPrefix)) {
        std::size_t length = 0;
        std::string decoded(secret.size(), '\0');
        const auto encoded = secret.substr(kPrefix.size());
        if (sodium_base642bin(reinterpret_cast<unsigned char*>(decoded.data()), decoded.size(), encoded.data(),
                              encoded.size(), nullptr, &length, nullptr, sodium_base64_VARIANT_ORIGINAL) == 0)
            key = decoded.substr(0, length);
    }
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, reinterpret_cast<const unsigned char*>(key.data()), key.size());
    crypto_auth_hmacsha256_update(&state, reinterpret_cast<const unsigned char*>(content.data()), content.size());
    std::string digest(crypto_auth_hmacsha256_BYTES, '\0');
    crypto_auth_hmacsha256_final(&state, reinterpret_cast<unsigned char*>(digest.data()));
    return "v1," + base64(digest);
}

}  // namespace whatsflow::sinks
