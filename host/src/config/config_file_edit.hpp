/// \file
/// Changes one key of a configuration file and nothing else: comments, order, spacing and
/// line ends of everything else stay as the operator wrote them.
#pragma once

#include <whatsflow/sdk/result.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace whatsflow::config {

/// `text` with `plugins.enabled` set to `ids`. Errors: `config.syntax` when it is not TOML,
/// `config.invalid` when the key is written in a way that cannot be changed safely.
sdk::Result<std::string> with_enabled_plugins(std::string_view text, const std::vector<std::string>& ids);

/// Does that to a file, atomically: readers see the old or the new file, never half of one.
/// Keeps mode and owner, follows a symbolic link, creates the file when there is none.
sdk::Result<void> set_enabled_plugins(const std::string& file, const std::vector<std::string>& ids);

}  // namespace whatsflow::config
