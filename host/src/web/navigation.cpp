#include "web/navigation.hpp"

#include "web/spoken.hpp"

#include <algorithm>

namespace whatsflow::web {
namespace {

using nlohmann::json;

/// Roles times pages with an entry are some hundred; a reader beyond it costs what each did before.
constexpr std::size_t kMostKept = 1000;

/// `/users` is the current entry on `/users` and below it; `/` only on itself.
bool is_current(const std::string& entry, const std::string& path) {
    return path == entry || (entry != "/" && path.starts_with(entry) && path[entry.size()] == '/');
}

/// All that one reader's navigation can differ in from another's.
std::string kind_of_view(const std::vector<sdk::NavigationEntry>& entries, const NavigationReader& reader) {
    auto kind = reader.locale + " ";
    for (const auto& entry : entries)
        kind += !may_see(entry.permission, reader.identity) ? '-' : is_current(entry.path, reader.path) ? 'c' : 'v';
    return kind;
}

}  // namespace

bool may_see(const std::string& permission, const sdk::Identity* identity) {
    return permission.empty() || permission == "public" || (identity && identity->may(permission));
}

std::shared_ptr<const json> Navigation::shown_to(const NavigationReader& reader) const {
    static const auto nothing = std::make_shared<const Contributions>();
    const auto source =
        dependencies_.contributions ? dependencies_.contributions(sdk::NavigationEntry::kSlot, reader.site) : nothing;
    const auto generation = dependencies_.renderer.generation();
    std::shared_ptr<const std::vector<sdk::NavigationEntry>> entries;
    std::string kind;
    {
        const std::lock_guard lock(mutex_);
        auto& menu = menus_[reader.site];
        if (!menu.entries || menu.source.lock() != source || menu.generation != generation) {
            auto read = std::make_shared<std::vector<sdk::NavigationEntry>>();
            for (const auto& contribution : *source) read->push_back(sdk::NavigationEntry::from(contribution));
            menu = {source, generation, std::move(read), {}};
        }
        entries = menu.entries;
        kind = kind_of_view(*entries, reader);
        if (const auto found = menu.shown.find(kind); found != menu.shown.end()) return found->second;
    }
    auto made = std::make_shared<const json>(put_together(*entries, reader));
    const std::lock_guard lock(mutex_);
    auto& menu = menus_[reader.site];
    // Otherwise the entries or their texts have changed since.
    if (menu.entries == entries && menu.shown.size() < kMostKept) menu.shown.emplace(std::move(kind), made);
    return made;
}

json Navigation::put_together(const std::vector<sdk::NavigationEntry>& entries, const NavigationReader& reader) const {
    auto main = json::array();
    auto sections = json::array();
    for (const auto& entry : entries) {
        if (!may_see(entry.permission, reader.identity)) continue;
        const json shown{{"label", dependencies_.renderer.translate(reader.locale, entry.label)},
                         {"icon", entry.icon},
                         {"path", entry.path},
                         {"current", is_current(entry.path, reader.path)}};
        if (entry.section == "main") main.push_back(shown);
        auto section =
            std::ranges::find_if(sections, [&](const json& known) { return known["section"] == entry.section; });
        if (section == sections.end()) {
            sections.push_back({{"section", entry.section},
                                {"label", spoken(dependencies_.renderer, reader.locale, "section", entry.section)},
                                {"entries", json::array()}});
            section = std::prev(sections.end());
        }
        (*section)["entries"].push_back(shown);
    }
    return {{"navigation", std::move(main)}, {"navigation_sections", std::move(sections)}};
}

}  // namespace whatsflow::web
