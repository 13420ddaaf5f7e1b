/// \file
/// Is a password one that others would guess? No rules about its composition: length, and
/// being neither common, nor made of what everybody knows about the person, nor a pattern.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace whatsflow::security {

/// `too_short`, `too_long`, `repetitive`, `personal`, `common`, or nothing.
[[nodiscard]] std::optional<std::string> weakness_of(std::string_view password,
                                                     const std::vector<std::string>& personal);

/// Among the passwords and words that are tried first. Lower case.
[[nodiscard]] bool is_commonly_used(std::string_view word);

}  // namespace whatsflow::security
