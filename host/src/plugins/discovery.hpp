/// \file
/// Finds plugin folders and decides whether they may be trusted at all.
///
/// A plugin is a folder with a `plugin.json`, directly below one of the configured
/// directories. Whoever can write to it can run code as this process, so folders that others
/// may write to, or that lead out of the directory by a symbolic link, are refused. Nothing
/// is loaded here.
#pragma once

#include "plugins/manifest.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace whatsflow::plugins {

/// A folder that claims to be a plugin.
struct Candidate {
    std::string id;                ///< of the manifest; the folder's name when that cannot be read
    std::filesystem::path folder;  ///< absolute
    Manifest manifest;             ///< empty when it was refused before it could be read
    std::string refusal;           ///< one sentence, or empty: so far so good

    std::filesystem::path library() const { return folder / manifest.library; }

    /// Id and version, as far as they are known, for sentences about it.
    std::string title() const { return manifest.version.empty() ? id : id + " " + manifest.version; }
};

/// Every candidate below `directories`, by id. Directories that do not exist are skipped. An
/// id that is found twice is refused in both places.
std::vector<Candidate> discover(const std::vector<std::filesystem::path>& directories);

/// Looks at one folder.
Candidate inspect(const std::filesystem::path& folder);

}  // namespace whatsflow::plugins
