/// \file
/// SipHash-2-4: who a visitor is, as a number that says nothing without the key.
///
///     keyed_hash(salt_of_the_day, {user_agent, network_of(address), site})
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace whatsflow::analytics {

using HashKey = std::array<unsigned char, 16>;

/// The parts follow each other without separators, as in Plausible's scheme.
std::uint64_t keyed_hash(const HashKey& key, std::initializer_list<std::string_view> parts);
/// Sixteen bytes, for ids made of any text.
std::string keyed_digest(const HashKey& key, std::string_view text);
/// From the system's random source.
HashKey random_key();
/// The key as 32 hexadecimal digits, and back; the zero key for anything else.
std::string text_of(const HashKey& key);
HashKey key_of(std::string_view text);

/// One household has a whole /64 of IPv6: its first half, or the whole IPv4 address.
std::string network_of(std::string_view address);

}  // namespace whatsflow::analytics
