/// \file
/// The navigation of a site as one person sees it on one page.
///
/// It stands on every page and hardly ever differs: what was put together for one reader is kept
/// and shown to the next who may see the same entries and stands at the same place.
#pragma once

#include "web/dependencies.hpp"

#include <whatsflow/sdk/identity.hpp>

#include <nlohmann/json.hpp>

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace whatsflow::web {

/// Whether a contribution with this permission is shown to somebody.
[[nodiscard]] bool may_see(const std::string& permission, const sdk::Identity* identity);

struct NavigationReader {
    sdk::Site site = sdk::Site::landing;
    const std::string& locale;
    const std::string& path;
    const sdk::Identity* identity = nullptr;
};

/// [thread-safe]
class Navigation {
public:
    explicit Navigation(const WebDependencies& dependencies) : dependencies_(dependencies) {}

    /// `{navigation: entries of section "main", navigation_sections: [{section, label, entries}]}` with
    /// `{label, icon, path, current}` as an entry; a section's label is the text `theme.section.<section>`.
    [[nodiscard]] std::shared_ptr<const nlohmann::json> shown_to(const NavigationReader& reader) const;

private:
    using Contributions = std::vector<sdk::Contribution>;
    /// The entries of one site, and what was made of them. All of it goes when plugins or texts change.
    struct Menu {
        // Not held: what plugins contributed must die before their libraries do.
        std::weak_ptr<const Contributions> source;
        std::uint64_t generation = 0;
        std::shared_ptr<const std::vector<sdk::NavigationEntry>> entries;
        std::map<std::string, std::shared_ptr<const nlohmann::json>, std::less<>> shown;
    };

    [[nodiscard]] nlohmann::json put_together(const std::vector<sdk::NavigationEntry>& entries,
                                              const NavigationReader& reader) const;

    const WebDependencies& dependencies_;
    mutable std::mutex mutex_;
    mutable std::map<sdk::Site, Menu> menus_;
};

}  // namespace whatsflow::web
