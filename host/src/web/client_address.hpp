/// \file
/// Who is really at the other end, behind proxies that we trust and no others.
///
/// X-Forwarded-For is read from the right: each hop that is one of our proxies is believed
/// about the one before it, and the first that is not is the client. A header from anybody
/// else is a claim and is not looked at.
#pragma once

#include <whatsflow/sdk/http.hpp>
#include <whatsflow/sdk/result.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace whatsflow::web {

/// An IP address as 16 bytes; IPv4 is kept as its IPv6-mapped form so both compare alike.
class Address {
public:
    [[nodiscard]] static std::optional<Address> parse(std::string_view text);

    [[nodiscard]] std::string text() const;
    [[nodiscard]] bool is_loopback() const noexcept;
    [[nodiscard]] bool is_v4() const noexcept;
    [[nodiscard]] const std::array<std::uint8_t, 16>& bytes() const noexcept { return bytes_; }

private:
    std::array<std::uint8_t, 16> bytes_{};
};

class AddressRange {
public:
    /// `10.0.0.0/8`, `::1`, `fd00::/8`. Error `config.bad_range`.
    [[nodiscard]] static sdk::Result<AddressRange> parse(std::string_view text);
    [[nodiscard]] bool contains(const Address& address) const noexcept;

private:
    Address base_;
    unsigned bits_ = 128;
};

struct Client {
    std::string address;     ///< of the client
    bool secure = false;     ///< it spoke HTTPS to the outermost of our proxies
    bool via_proxy = false;  ///< the socket's peer is one of our proxies
    bool loopback = false;   ///< both the peer and the client are this machine
};

class ClientResolver {
public:
    explicit ClientResolver(std::vector<AddressRange> trusted) : trusted_(std::move(trusted)) {}

    [[nodiscard]] Client resolve(const std::string& peer, const sdk::Headers& headers) const;

private:
    [[nodiscard]] bool trusts(const Address& address) const noexcept;

    std::vector<AddressRange> trusted_;
};

/// What counts as one client for a limit: the address, or the /64 of an IPv6 address, which
/// is what one customer of a network is given.
[[nodiscard]] std::string limit_key_of(const std::string& address);

}  // namespace whatsflow::web
