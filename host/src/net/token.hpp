/// \file
/// A token as HTTP names methods and headers (RFC 9110 §5.6.2).
#pragma once

#include <algorithm>
#include <string_view>

namespace whatsflow::net {

inline bool is_token(std::string_view text) {
    constexpr std::string_view specials = "!#$%&'*+-.^_`|~";
    return !text.empty() && std::ranges::all_of(text, [&](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               specials.find(c) != std::string_view::npos;
    });
}

}  // namespace whatsflow::net
