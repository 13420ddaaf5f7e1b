/// \file
/// Hexadecimal digits, as they stand in UUIDs and in percent-encoded text.
#pragma once

namespace whatsflow::analytics {

/// The digit's value, or -1 when it is none.
constexpr int hex_digit(char c) noexcept {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

/// The byte that two digits write, or -1 when one is none.
constexpr int hex_byte(char high, char low) noexcept {
    const int left = hex_digit(high), right = hex_digit(low);
    return left < 0 || right < 0 ? -1 : left * 16 + right;
}

}  // namespace whatsflow::analytics
