/// \file
/// Addresses and networks that may use the panel: `203.0.113.7`, `10.0.0.0/8`, `2001:db8::/32`.
///
/// An empty list allows everybody. An IPv4 address written as IPv6 (`::ffff:203.0.113.7`) is
/// the IPv4 address.
#pragma once

#include <whatsflow/sdk/result.hpp>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace whatsflow::admin {

class AddressList {
public:
    /// Error `admin.bad_address` names the first entry that is neither.
    static sdk::Result<AddressList> read(const std::vector<std::string>& entries);
    bool allows(std::string_view address) const;

private:
    struct Network {
        std::array<std::uint8_t, 16> bits{};
        int length = 128;
    };
    std::vector<Network> networks_;
};

}  // namespace whatsflow::admin
