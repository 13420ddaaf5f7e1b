#include "boot/installation.hpp"

namespace whatsflow::boot {

namespace fs = std::filesystem;

Installation Installation::find() {
    std::error_code ignored;
    const fs::path executable = fs::read_symlink("/proc/self/exe", ignored);
    const fs::path prefix = executable.parent_path().parent_path();
    if (fs::exists(prefix / "share" / "whatsflow" / "themes", ignored)) {
        return Installation{.bundled_plugins = prefix / "lib" / "whatsflow" / "plugins",
                            .installed_plugins = "/var/lib/whatsflow/plugins",
                            .themes = prefix / "share" / "whatsflow" / "themes",
                            .migrations = prefix / "share" / "whatsflow" / "migrations",
                            .sdk = prefix / "share" / "whatsflow" / "sdk"};
    }
    const fs::path source = WF_SOURCE_DIR;
    return Installation{.bundled_plugins = prefix / "plugins",
                        .installed_plugins = prefix / "installed-plugins",
                        .themes = prefix / "themes",
                        .migrations = source / "migrations",
                        .sdk = source / "sdk"};
}

}  // namespace whatsflow::boot
