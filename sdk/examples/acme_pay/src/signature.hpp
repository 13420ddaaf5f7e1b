/// \file
/// Acme's signature: HMAC-SHA256 over the time, a dot and the raw body.
#pragma once

#include <string>
#include <string_view>

namespace acme {

/// 64 lower-case hexadecimal digits.
std::string sign(std::string_view secret, std::string_view timestamp, std::string_view body);

/// Compares without telling by its duration where two texts differ.
bool same_text(std::string_view left, std::string_view right);

}  // namespace acme
