/// \file
/// Secret keys of this installation, each in a file of its own under `<data>/keys`.
///
/// A key is 32 random bytes, made at first use, readable by the owner only. Copy the folder
/// with every backup: what was sealed or signed with a lost key stays closed.
#pragma once

#include <whatsflow/sdk/result.hpp>

#include <filesystem>
#include <string>

namespace whatsflow::security {

/// The key called `name`. Error `security.key_file` when the file cannot be made, has another
/// size, or others may read it; the sentence says how to mend it.
[[nodiscard]] sdk::Result<std::string> load_or_make_key(const std::filesystem::path& folder, const std::string& name);

}  // namespace whatsflow::security
