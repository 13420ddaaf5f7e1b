/// \file
/// SHA-256, HMAC-SHA-256, comparison in constant time, and the spellings of bytes as text.
///
///     const auto seal = hmac_sha256(key, message);
///     if (!equal_in_constant_time(seal, given)) refuse();
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace whatsflow::security {

/// 32 raw bytes.
[[nodiscard]] std::string sha256(std::string_view message);
/// 64 lower-case hexadecimal digits.
[[nodiscard]] std::string sha256_hex(std::string_view message);
/// 32 raw bytes. The key may have any length.
[[nodiscard]] std::string hmac_sha256(std::string_view key, std::string_view message);

/// Takes as long for a difference in the first byte as for one in the last. Texts of
/// different length are unequal; the length itself is not a secret.
[[nodiscard]] bool equal_in_constant_time(std::string_view left, std::string_view right) noexcept;

[[nodiscard]] std::string to_hex(std::string_view bytes);
/// URL-safe alphabet, no padding.
[[nodiscard]] std::string to_base64url(std::string_view bytes);
/// Nothing when a character is outside the alphabet or the length cannot be.
[[nodiscard]] std::optional<std::string> from_base64url(std::string_view text);

}  // namespace whatsflow::security
