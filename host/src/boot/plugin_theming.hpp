/// \file
/// Plugins' templates in the theme: loaded all at once when that works, one by one to find
/// out whose templates are broken when it does not.
#pragma once

#include "views/theme_renderer.hpp"

#include <filesystem>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace whatsflow::boot {

/// [thread-safe]
class PluginTheming {
public:
    explicit PluginTheming(views::ThemeRenderer& renderer) : renderer_(renderer) {}

    /// Loads the templates of everything that is about to start.
    void expect(std::vector<views::PluginTemplates> plugins);

    /// The templates of one plugin, with the verdict of `expect` when it was among those.
    sdk::Result<void> take_in(const std::string& id, const std::filesystem::path& folder);

private:
    sdk::Result<void> add(views::PluginTemplates plugin);

    views::ThemeRenderer& renderer_;
    std::mutex mutex_;
    std::vector<views::PluginTemplates> taken_;
    std::map<std::string, sdk::Error> broken_;
};

}  // namespace whatsflow::boot
