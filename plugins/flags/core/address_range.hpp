/// \file
/// One IP address or a range of them, IPv4 or IPv6: `10.0.0.0/8`, `::1`.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace whatsflow::flags {

class IpAddress {
public:
    static std::optional<IpAddress> parse(std::string_view text);

private:
    friend class AddressRange;
    bool is_v6_ = false;
    std::array<std::uint8_t, 16> bytes_{};  ///< the first four of IPv4
};

class AddressRange {
public:
    /// Nothing for what is neither an address nor a range.
    static std::optional<AddressRange> parse(std::string_view text);
    bool contains(const IpAddress& address) const;

private:
    IpAddress first_;
    unsigned prefix_ = 0;  ///< bits that are the same
};

}  // namespace whatsflow::flags
