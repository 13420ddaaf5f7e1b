#include "keyed_hash.hpp"

#include "hex_digit.hpp"

#include <arpa/inet.h>
#include <sodium.h>

namespace whatsflow::analytics {
namespace {

constexpr std::string_view kDigits = "0123456789abcdef";

}  // namespace

std::uint64_t keyed_hash(const HashKey& key, std::initializer_list<std::string_view> parts) {
    std::string all;
    for (const auto part : parts) all += part;
    unsigned char out[crypto_shorthash_siphash24_BYTES];
    crypto_shorthash_siphash24(out, reinterpret_cast<const unsigned char*>(all.data()), all.size(), key.data());
    std::uint64_t hash = 0;
    for (int i = 7; i >= 0; --i) hash = hash << 8 | out[i];
    return hash;
}

std::string keyed_digest(const HashKey& key, std::string_view text) {
    unsigned char out[crypto_shorthash_siphashx24_BYTES];
    crypto_shorthash_siphashx24(out, reinterpret_cast<const unsigned char*>(text.data()), text.size(), key.data());
    return {reinterpret_cast<const char*>(out), sizeof out};
}

HashKey random_key() {
    HashKey key;
    randombytes_buf(key.data(), key.size());
    return key;
}

std::string text_of(const HashKey& key) {
    std::string text;
    for (const auto byte : key) {
        text += kDigits[byte >> 4];
        text += kDigits[byte & 15];
    }
    return text;
}

HashKey key_of(std::string_view text) {
    HashKey key{};
    if (text.size() != 2 * key.size()) return key;
    for (std::size_t i = 0; i < key.size(); ++i) {
        const int byte = hex_byte(text[2 * i], text[2 * i + 1]);
        if (byte < 0) return HashKey{};
        key[i] = static_cast<unsigned char>(byte);
    }
    return key;
}

std::string network_of(std::string_view address) {
    const std::string text(address);
    unsigned char bytes[16];
    if (inet_pton(AF_INET6, text.c_str(), bytes) != 1) return text;
    return {reinterpret_cast<const char*>(bytes), 8};
}

}  // namespace whatsflow::analytics
