/// \file
/// Which known name somebody probably meant, for messages about unknown ones.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace whatsflow::config {

/// Insertions, deletions, replacements and swaps of neighbours that turn one into the other.
std::size_t edit_distance(std::string_view left, std::string_view right);

/// The closest of `known`, or nothing when none is close (more than a third of the letters
/// differ). `threds` finds `threads`; `colour` among `port`, `url` finds nothing.
std::optional<std::string> nearest_name(std::string_view name, const std::vector<std::string>& known);

}  // namespace whatsflow::config
