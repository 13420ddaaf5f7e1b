/// \file
/// A text of any length in pieces that a column of every database holds.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace whatsflow::flags {

/// Pieces that end between characters.
inline std::vector<std::string> parts_of(std::string_view text) {
    constexpr std::size_t kPartSize = 60'000;  // a TEXT of MariaDB holds 65,535 bytes
    std::vector<std::string> parts;
    while (!text.empty()) {
        auto size = text.size() < kPartSize ? text.size() : kPartSize;
        while (size < text.size() && (text[size] & 0xc0) == 0x80) --size;
        parts.emplace_back(text.substr(0, size));
        text.remove_prefix(size);
    }
    return parts;
}

}  // namespace whatsflow::flags
