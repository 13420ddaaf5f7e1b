/// \file
/// Styles, scripts, fonts and pictures of a theme and its plugins, in memory and ready to be sent.
///
/// Each file is served under two addresses: `/assets/css/site.3f9c1a02.css`, which browsers may
/// keep for ever because another content is another address, and `/assets/css/site.css` for those
/// who cannot know the fingerprint. Addresses inside style sheets are rewritten to the first kind.
#pragma once

#include "views/asset_source.hpp"
#include "views/problems.hpp"

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace whatsflow::views {

struct AssetFolder {
    std::filesystem::path folder;
    std::string prefix;    ///< empty for the theme, `billing/` for a plugin
    std::string shown_as;  ///< in messages
};

/// Immutable once loaded. [thread-safe]
class Assets final : public AssetSource {
public:
    /// Earlier folders win where names are the same, so that a theme can replace a plugin's file.
    static Assets load(const std::vector<AssetFolder>& folders, Problems& problems);

    std::shared_ptr<const Asset> find(std::string_view url_path) const override;

    /// `/assets/css/site.3f9c1a02.css` of `css/site.css`; empty when there is no such file.
    std::string address_of(std::string_view name) const;

    std::size_t count() const { return addresses_.size(); }

private:
    std::map<std::string, std::shared_ptr<const Asset>, std::less<>> by_path_;
    std::map<std::string, std::string, std::less<>> addresses_;
};

/// By the file's extension; `application/octet-stream` for unknown ones.
std::string_view content_type_of(std::string_view name);

}  // namespace whatsflow::views
