#include "address_list.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <optional>

namespace whatsflow::admin {
namespace {

using Bits = std::array<std::uint8_t, 16>;
constexpr std::size_t kFourInSix = 12;  // ::ffff:a.b.c.d

std::optional<Bits> read_address(std::string_view address, bool& is_four) {
    const std::string text(address);
    Bits bits{};
    is_four = inet_pton(AF_INET, text.c_str(), bits.data() + kFourInSix) == 1;
    if (is_four) {
        bits[10] = bits[11] = 0xff;
        return bits;
    }
    if (inet_pton(AF_INET6, text.c_str(), bits.data()) == 1) return bits;
    return std::nullopt;
}

bool same_beginning(const Bits& left, const Bits& right, int length) {
    const auto whole = static_cast<std::size_t>(length / 8);
    if (!std::equal(left.begin(), left.begin() + static_cast<std::ptrdiff_t>(whole), right.begin())) return false;
    const int rest = length % 8;
    if (rest == 0) return true;
    const auto mask = static_cast<std::uint8_t>(0xff << (8 - rest));
    return (left[whole] & mask) == (right[whole] & mask);
}

}  // namespace

sdk::Result<AddressList> AddressList::read(const std::vector<std::string>& entries) {
    AddressList list;
    for (const auto& entry : entries) {
        const auto slash = entry.find('/');
        bool is_four = false;
        const auto bits = read_address(entry.substr(0, slash), is_four);
        int length = is_four ? 32 : 128;
        bool well_formed = bits.has_value();
        if (well_formed && slash != std::string::npos) {
            const auto* begin = entry.data() + slash + 1;
            const auto* end = entry.data() + entry.size();
            const int most = length;
            const auto [stop, error] = std::from_chars(begin, end, length);
            well_formed = error == std::errc{} && stop == end && length >= 0 && length <= most;
        }
        if (!well_formed)
            return sdk::fail("admin.bad_address", "allowed_addresses: `" + entry +
                                                      "` is neither an address nor a network such as 10.0.0.0/8.");
        list.networks_.push_back({*bits, is_four ? length + 96 : length});
    }
    return list;
}

bool AddressList::allows(std::string_view address) const {
    if (networks_.empty()) return true;
    bool is_four = false;
    const auto bits = read_address(address, is_four);
    return bits && std::ranges::any_of(networks_, [&](const Network& network) {
               return same_beginning(network.bits, *bits, network.length);
           });
}

}  // namespace whatsflow::admin
