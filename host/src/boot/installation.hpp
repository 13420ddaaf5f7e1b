/// \file
/// Where the program's own files are: themes, bundled plugins, core migrations, templates.
///
/// Found from the place of the executable: in a build tree beside it and in the sources, in
/// an installation under `share/whatsflow` and `lib/whatsflow`. Nothing else in the host
/// knows a path.
#pragma once

#include <filesystem>

namespace whatsflow::boot {

struct Installation {
    std::filesystem::path bundled_plugins;    ///< plugins that came with the program
    std::filesystem::path installed_plugins;  ///< where operators put others
    std::filesystem::path themes;
    std::filesystem::path migrations;  ///< of the core
    std::filesystem::path sdk;         ///< schema and templates for `whatsflow new`

    /// The installation the running executable belongs to.
    static Installation find();
};

}  // namespace whatsflow::boot
