#include "web/client_address.hpp"

#include "web/text.hpp"

#include <arpa/inet.h>

#include <charconv>
#include <cstring>
#include <ranges>

namespace whatsflow::web {
namespace {

constexpr std::array<std::uint8_t, 12> kMappedPrefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

/// `1.2.3.4:5`, `[::1]:5` and `[::1]` as well as bare addresses.
std::string_view without_port(std::string_view hop) {
    hop = trimmed(hop);
    if (hop.starts_with('['))
        return hop.substr(1, hop.find(']') == std::string_view::npos ? hop.npos : hop.find(']') - 1);
    if (std::ranges::count(hop, ':') == 1) return hop.substr(0, hop.find(':'));
    return hop;
}

std::vector<std::string_view> list_of(const sdk::Headers& headers, std::string_view name) {
    std::vector<std::string_view> items;
    for (const auto& [key, value] : headers.entries()) {
        if (!same_text(key, name)) continue;
        std::string_view rest = value;
        while (!rest.empty()) items.push_back(trimmed(take_until(rest, ',')));
    }
    return items;
}

}  // namespace

std::optional<Address> Address::parse(std::string_view text) {
    char buffer[INET6_ADDRSTRLEN] = {};
    if (text.empty() || text.size() >= sizeof buffer) return std::nullopt;
    std::memcpy(buffer, text.data(), text.size());
    Address address;
    if (inet_pton(AF_INET6, buffer, address.bytes_.data()) == 1) return address;
    std::ranges::copy(kMappedPrefix, address.bytes_.begin());
    if (inet_pton(AF_INET, buffer, address.bytes_.data() + 12) == 1) return address;
    return std::nullopt;
}

bool Address::is_v4() const noexcept {
    return std::equal(kMappedPrefix.begin(), kMappedPrefix.end(), bytes_.begin());
}

std::string Address::text() const {
    char buffer[INET6_ADDRSTRLEN] = {};
    if (is_v4())
        inet_ntop(AF_INET, bytes_.data() + 12, buffer, sizeof buffer);
    else
        inet_ntop(AF_INET6, bytes_.data(), buffer, sizeof buffer);
    return buffer;
}

bool Address::is_loopback() const noexcept {
    if (is_v4()) return bytes_[12] == 127;
    return bytes_[15] == 1 && std::all_of(bytes_.begin(), bytes_.begin() + 15, [](auto byte) { return byte == 0; });
}

sdk::Result<AddressRange> AddressRange::parse(std::string_view text) {
    const auto bad = [&] {
        return sdk::fail("config.bad_range",
                         "'" + std::string(text) + "' is not an address range; write one such as 10.0.0.0/8 or ::1.");
    };
    auto bits_text = trimmed(text);
    const auto address = Address::parse(take_until(bits_text, '/'));
    if (!address) return bad();
    AddressRange range;
    range.base_ = *address;
    if (text.find('/') == std::string_view::npos) return range;
    const unsigned most = address->is_v4() ? 32 : 128;
    unsigned bits = 0;
    const auto [end, error] = std::from_chars(bits_text.data(), bits_text.data() + bits_text.size(), bits);
    if (error != std::errc{} || end != bits_text.data() + bits_text.size() || bits > most) return bad();
    range.bits_ = address->is_v4() ? bits + 96 : bits;
    return range;
}

bool AddressRange::contains(const Address& address) const noexcept {
    for (unsigned i = 0; i < 16; ++i) {
        if (bits_ <= i * 8) return true;
        const unsigned kept = std::min(8u, bits_ - i * 8);
        const auto mask = static_cast<std::uint8_t>(0xffu << (8 - kept));
        if ((address.bytes()[i] & mask) != (base_.bytes()[i] & mask)) return false;
    }
    return true;
}

bool ClientResolver::trusts(const Address& address) const noexcept {
    return std::ranges::any_of(trusted_, [&](const auto& range) { return range.contains(address); });
}

Client ClientResolver::resolve(const std::string& peer, const sdk::Headers& headers) const {
    const auto socket = Address::parse(peer);
    if (!socket) return Client{.address = peer};
    Client client{.address = socket->text(), .loopback = socket->is_loopback()};
    if (!trusts(*socket)) return client;

    client.via_proxy = true;
    const auto hops = list_of(headers, "x-forwarded-for");
    for (const auto hop : hops | std::views::reverse) {
        const auto address = Address::parse(without_port(hop));
        if (!address) {
            // A broken chain says nothing about who is behind it: not this machine, surely.
            client.loopback = false;
            break;
        }
        client.address = address->text();
        client.loopback = client.loopback && address->is_loopback();
        if (!trusts(*address)) break;
    }
    const auto schemes = list_of(headers, "x-forwarded-proto");
    client.secure = !schemes.empty() && same_text(schemes.back(), "https");
    return client;
}

std::string limit_key_of(const std::string& address) {
    const auto parsed = Address::parse(address);
    if (!parsed || parsed->is_v4()) return address;
    return std::string(reinterpret_cast<const char*>(parsed->bytes().data()), 8);
}

}  // namespace whatsflow::web
