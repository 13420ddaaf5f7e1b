/// \file
/// Reading the files of a theme: in one order everywhere, with errors as problems.
#pragma once

#include "views/problems.hpp"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace whatsflow::views {

/// Files ending in `extension` (empty: all) right in `folder`, sorted; none if there is no folder.
std::vector<std::filesystem::path> files_in(const std::filesystem::path& folder, std::string_view extension);

/// The same with everything below, hidden files left out.
std::vector<std::filesystem::path> files_below(const std::filesystem::path& folder, std::string_view extension);

/// The bytes of a file; empty, with a problem under the name `shown_as`, when it cannot be read.
std::string read_file(const std::filesystem::path& path, Problems& problems, const std::string& shown_as);

}  // namespace whatsflow::views
