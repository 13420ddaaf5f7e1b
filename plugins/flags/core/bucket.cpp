#include "bucket.hpp"

#include <array>
#include <bit>
#include <charconv>
#include <cstring>

namespace whatsflow::flags {
namespace {

constexpr std::uint32_t kVariantSeed = 86'028'157;

std::uint32_t scrambled(std::uint32_t block) {
    block *= 0xcc9e2d51u;
    block = std::rotl(block, 15);
    return block * 0x1b873593u;
}

std::uint32_t hash_of(std::string_view group, std::string_view id, std::uint32_t seed) {
    std::array<char, 256> joined;
    const auto size = group.size() + 1 + id.size();
    if (size > joined.size()) {
        std::string text(group);
        text += ':';
        text += id;
        return murmur3(text, seed);
    }
    group.copy(joined.data(), group.size());
    joined[group.size()] = ':';
    id.copy(joined.data() + group.size() + 1, id.size());
    return murmur3({joined.data(), size}, seed);
}

}  // namespace

std::uint32_t murmur3(std::string_view bytes, std::uint32_t seed) {
    std::uint32_t hash = seed;
    const auto blocks = bytes.size() / 4;
    for (std::size_t i = 0; i < blocks; ++i) {
        std::uint32_t block = 0;
        std::memcpy(&block, bytes.data() + i * 4, 4);
        hash ^= scrambled(block);
        hash = std::rotl(hash, 13) * 5 + 0xe6546b64u;
    }
    std::uint32_t tail = 0;
    for (std::size_t i = bytes.size(); i > blocks * 4; --i)
        tail = (tail << 8) | static_cast<unsigned char>(bytes[i - 1]);
    hash ^= scrambled(tail);
    hash ^= static_cast<std::uint32_t>(bytes.size());
    hash = (hash ^ (hash >> 16)) * 0x85ebca6bu;
    hash = (hash ^ (hash >> 13)) * 0xc2b2ae35u;
    return hash ^ (hash >> 16);
}

std::uint32_t rollout_bucket(std::string_view id, std::string_view group) {
    return hash_of(group, id, 0) % 100 + 1;
}

std::uint32_t variant_bucket(std::string_view id, std::string_view group, std::uint32_t total) {
    return hash_of(group, id, kVariantSeed) % total + 1;
}

std::string digest_of(std::string_view bytes) {
    std::array<char, 40> text;
    char* at = text.data();
    for (const auto part : {std::uint64_t{murmur3(bytes, 1)} << 32 | murmur3(bytes, 0x9e3779b9),
                            static_cast<std::uint64_t>(bytes.size())})
        at = std::to_chars(at, text.data() + text.size(), part, 36).ptr;
    return {text.data(), at};
}

}  // namespace whatsflow::flags
