#include "address_range.hpp"

#include <arpa/inet.h>

#include <charconv>
#include <string>

namespace whatsflow::flags {

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
    if (text.size() > 45) return std::nullopt;
    IpAddress address;
    address.is_v6_ = text.find(':') != std::string_view::npos;
    const std::string terminated(text);
    if (inet_pton(address.is_v6_ ? AF_INET6 : AF_INET, terminated.c_str(), address.bytes_.data()) != 1)
        return std::nullopt;
    return address;
}

std::optional<AddressRange> AddressRange::parse(std::string_view text) {
    const auto slash = text.find('/');
    const auto address = IpAddress::parse(text.substr(0, slash));
    if (!address) return std::nullopt;
    AddressRange range;
    range.first_ = *address;
    const unsigned longest = address->is_v6_ ? 128 : 32;
    range.prefix_ = longest;
    if (slash == std::string_view::npos) return range;
    const auto digits = text.substr(slash + 1);
    const auto end = digits.data() + digits.size();
    const auto read = std::from_chars(digits.data(), end, range.prefix_);
    if (read.ec != std::errc{} || read.ptr != end || range.prefix_ > longest) return std::nullopt;
    return range;
}

bool AddressRange::contains(const IpAddress& address) const {
    if (address.is_v6_ != first_.is_v6_) return false;
    const auto whole = prefix_ / 8;
    for (unsigned i = 0; i < whole; ++i)
        if (address.bytes_[i] != first_.bytes_[i]) return false;
    const auto rest = prefix_ % 8;
    return rest == 0 || (address.bytes_[whole] ^ first_.bytes_[whole]) >> (8 - rest) == 0;
}

}  // namespace whatsflow::flags
