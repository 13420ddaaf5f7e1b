#include "webhook_signature.hpp"

#include <sodium.h>

#include <array>
#include <stdexcept>
#include <vector>

namespace whatsflow::app {
namespace {

constexpr std::string_view kSecretPrefix = "whsec_";
constexpr std::size_t kSecretBytes = 32;

const unsigned char* unsigned_bytes(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

std::string base64_of(const unsigned char* bytes, std::size_t size) {
    std::string text(sodium_base64_encoded_len(size, sodium_base64_VARIANT_ORIGINAL), '\0');
    sodium_bin2base64(text.data(), text.size(), bytes, size, sodium_base64_VARIANT_ORIGINAL);
    text.pop_back();  // the terminator
    return text;
}

std::vector<unsigned char> key_of(const sdk::Secret& secret) {
    const auto& text = secret.reveal();
    std::vector<unsigned char> key(text.size());
    std::size_t size = 0;
    const bool known = text.starts_with(kSecretPrefix);
    if (!known || sodium_base642bin(key.data(), key.size(), text.data() + kSecretPrefix.size(),
                                    text.size() - kSecretPrefix.size(), nullptr, &size, nullptr,
                                    sodium_base64_VARIANT_ORIGINAL) != 0)
        throw std::logic_error("this is not the secret of a webhook");
    key.resize(size);
    return key;
}

void begin_sodium() {
    static const bool ready = sodium_init() >= 0;
    if (!ready) throw std::logic_error("libsodium could not begin");
}

}  // namespace

sdk::Secret make_webhook_secret() {
    begin_sodium();
    std::array<unsigned char, kSecretBytes> bytes{};
    randombytes_buf(bytes.data(), bytes.size());
    return sdk::Secret{std::string(kSecretPrefix) + base64_of(bytes.data(), bytes.size())};
}

std::string webhook_signature(const sdk::Secret& secret, std::string_view message_id, std::int64_t timestamp,
                              std::string_view body) {
    begin_sodium();
    const auto key = key_of(secret);
    const auto head = std::string(message_id) + "." + std::to_string(timestamp) + ".";
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, key.data(), key.size());
    crypto_auth_hmacsha256_update(&state, unsigned_bytes(head), head.size());
    crypto_auth_hmacsha256_update(&state, unsigned_bytes(body), body.size());
    std::array<unsigned char, crypto_auth_hmacsha256_BYTES> digest{};
    crypto_auth_hmacsha256_final(&state, digest.data());
    return "v1," + base64_of(digest.data(), digest.size());
}

}  // namespace whatsflow::app
