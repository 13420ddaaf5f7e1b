/// \file
/// Addresses inside a style sheet: found, and replaced by fingerprinted ones.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace whatsflow::views {

/// `fonts/inter.woff2` of `../fonts/inter.woff2` seen from `css/site.css`; empty when the path
/// leaves the assets, is absolute, or has a scheme.
std::string resolve_relative(std::string_view from, std::string_view address);

/// Replaces each relative address in `url(…)` by what `address_of(name)` answers; what it does
/// not know stays, and is told to `unknown` with its position.
std::string rewrite_css_addresses(std::string_view css, std::string_view from,
                                  const std::function<std::string(std::string_view name)>& address_of,
                                  const std::function<void(std::string_view address, std::size_t position)>& unknown);

}  // namespace whatsflow::views
