/// \file
/// Time-based one-time passwords as RFC 6238 has them: HMAC-SHA-1, six digits, 30 seconds.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace whatsflow::security {

/// RFC 4648, capitals, without padding.
[[nodiscard]] std::string to_base32(std::string_view bytes);
/// Takes small letters, blanks and padding as well. Nothing for other characters.
[[nodiscard]] std::optional<std::string> from_base32(std::string_view text);

/// The code of one time step; `digits` is 6 but for the vectors of the RFC.
[[nodiscard]] std::string one_time_code(std::string_view key, std::int64_t step, int digits = 6);

}  // namespace whatsflow::security
