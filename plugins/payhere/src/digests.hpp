/// \file
/// The digests PayHere asks for. MD5 is theirs, not our choice: it proves no more than that
/// the sender knows the merchant's secret, and only over the few fields that go into it.
#pragma once

#include <string>
#include <string_view>

namespace whatsflow::payhere {

/// 32 upper-case hexadecimal digits.
std::string upper_md5(std::string_view text);
/// The first 128 bits of SHA-256, as 32 lower-case hexadecimal digits: a name for a set of values.
std::string short_digest(std::string_view text);
/// Compares without telling by its duration where two texts differ; capitals do not matter.
bool same_hex(std::string_view left, std::string_view right);

}  // namespace whatsflow::payhere
