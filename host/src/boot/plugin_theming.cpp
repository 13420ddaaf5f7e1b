#include "boot/plugin_theming.hpp"

#include <algorithm>

namespace whatsflow::boot {

void PluginTheming::expect(std::vector<views::PluginTemplates> plugins) {
    std::lock_guard lock(mutex_);
    broken_.clear();
    taken_.clear();
    if (renderer_.set_plugins(plugins)) {
        taken_ = std::move(plugins);
        return;
    }
    for (auto& plugin : plugins) {
        const std::string id = plugin.id;
        if (auto added = add(std::move(plugin)); !added) broken_.emplace(id, added.error());
    }
}

sdk::Result<void> PluginTheming::take_in(const std::string& id, const std::filesystem::path& folder) {
    std::lock_guard lock(mutex_);
    if (const auto known = broken_.find(id); known != broken_.end()) {
        const sdk::Error error = known->second;
        broken_.erase(known);  // the next attempt looks at the files again
        return error;
    }
    if (std::ranges::any_of(taken_, [&](const auto& plugin) { return plugin.id == id; })) return sdk::ok();
    return add({id, folder});
}

sdk::Result<void> PluginTheming::add(views::PluginTemplates plugin) {
    auto more = taken_;
    more.push_back(std::move(plugin));
    if (auto set = renderer_.set_plugins(more); !set) return set.error();
    taken_ = std::move(more);
    return sdk::ok();
}

}  // namespace whatsflow::boot
