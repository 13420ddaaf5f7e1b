/// \file
/// Which of a hundred (or any number of) buckets somebody falls into: the same one always, the
/// same one as in every Unleash client.
///
/// MurmurHash3 (x86, 32 bits) over the UTF-8 bytes of `<group>:<id>`. Clients in JavaScript hash
/// the low bytes of UTF-16 instead, so ids beyond ASCII may fall elsewhere there.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace whatsflow::flags {

std::uint32_t murmur3(std::string_view bytes, std::uint32_t seed);

/// 1 to 100. `rollout_bucket("123", "gr1")` is 73.
std::uint32_t rollout_bucket(std::string_view id, std::string_view group);

/// 1 to `total`, which is not 0. `variant_bucket("123", "gr1", 100)` is 96.
std::uint32_t variant_bucket(std::string_view id, std::string_view group, std::uint32_t total);

/// A short text that is another one, most likely, for other bytes. No protection against somebody
/// who looks for equal ones.
std::string digest_of(std::string_view bytes);

}  // namespace whatsflow::flags
