/// \file
/// Which of the languages we have a visitor reads best.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace whatsflow::web {

/// The best of `available` for an Accept-Language header; the first of them when none is
/// asked for. `si-LK` finds `si`. `available` must not be empty.
[[nodiscard]] const std::string& choose_locale(std::optional<std::string_view> accept_language,
                                               const std::vector<std::string>& available);

}  // namespace whatsflow::web
