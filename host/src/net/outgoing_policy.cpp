#include "net/outgoing_policy.hpp"

#include <array>
#include <cstdint>
#include <cstring>

namespace whatsflow::net {
namespace {

using Bytes4 = std::array<std::uint8_t, 4>;
using Bytes16 = std::array<std::uint8_t, 16>;

struct Network {
    Bytes4 address;
    unsigned bits;
};

constexpr std::array<Network, 15> reserved{{
    {{0, 0, 0, 0}, 8},        // this network
    {{10, 0, 0, 0}, 8},       // private
    {{100, 64, 0, 0}, 10},    // carrier NAT
    {{127, 0, 0, 0}, 8},      // loopback
    {{169, 254, 0, 0}, 16},   // link-local: metadata services of clouds
    {{172, 16, 0, 0}, 12},    // private
    {{192, 0, 0, 0}, 24},     // protocol assignments
    {{192, 0, 2, 0}, 24},     // documentation
    {{192, 88, 99, 0}, 24},   // 6to4 relays
    {{192, 168, 0, 0}, 16},   // private
    {{198, 18, 0, 0}, 15},    // benchmarks
    {{198, 51, 100, 0}, 24},  // documentation
    {{203, 0, 113, 0}, 24},   // documentation
    {{224, 0, 0, 0}, 4},      // multicast
    {{240, 0, 0, 0}, 4},      // reserved and broadcast
}};

std::uint32_t number(const Bytes4& bytes) {
    return (std::uint32_t{bytes[0]} << 24U) | (std::uint32_t{bytes[1]} << 16U) | (std::uint32_t{bytes[2]} << 8U) |
           bytes[3];
}

bool is_private_v4(const Bytes4& address) {
    for (const auto& network : reserved) {
        const std::uint32_t mask = ~std::uint32_t{0} << (32U - network.bits);
        if ((number(address) & mask) == number(network.address)) return true;
    }
    return false;
}

bool starts_with(const Bytes16& bytes, std::initializer_list<std::uint8_t> prefix) {
    return std::equal(prefix.begin(), prefix.end(), bytes.begin());
}

Bytes4 inner(const Bytes16& bytes, std::size_t at) {
    return {bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]};
}

bool is_private_v6(const Bytes16& bytes) {
    if (starts_with(bytes, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF}))
        return is_private_v4(inner(bytes, 12));  // mapped
    if (starts_with(bytes, {0x00, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0}))
        return is_private_v4(inner(bytes, 12));                                   // NAT64
    if (starts_with(bytes, {0x20, 0x02})) return is_private_v4(inner(bytes, 2));  // 6to4
    if (starts_with(bytes, {0x20, 0x01, 0x0D, 0xB8}) || starts_with(bytes, {0x20, 0x01, 0x00, 0x00})) return true;
    return (bytes[0] & 0xE0U) != 0x20U;  // only 2000::/3 is public unicast
}

}  // namespace

bool is_private(const Poco::Net::IPAddress& address) {
    if (address.family() == Poco::Net::IPAddress::IPv4) {
        Bytes4 bytes{};
        std::memcpy(bytes.data(), address.addr(), bytes.size());
        return is_private_v4(bytes);
    }
    Bytes16 bytes{};
    std::memcpy(bytes.data(), address.addr(), bytes.size());
    return is_private_v6(bytes);
}

}  // namespace whatsflow::net
