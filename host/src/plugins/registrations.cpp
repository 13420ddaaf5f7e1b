#include "plugins/registrations.hpp"

#include <algorithm>
#include <tuple>

namespace whatsflow::plugins {
namespace {

/// `/invoices/{id}` and `/invoices/{number}` are the same place.
std::string shape(const std::string& pattern) {
    std::string shaped;
    bool in_name = false;
    for (const char c : pattern) {
        if (c == '}') in_name = false;
        if (!in_name) shaped.push_back(c);
        if (c == '{') in_name = true;
    }
    return shaped;
}

bool same_place(const sdk::Route& a, const sdk::Route& b) {
    return a.site == b.site && a.method == b.method && shape(a.pattern) == shape(b.pattern);
}

std::string title(const sdk::Route& route) {
    return std::string(sdk::to_text(route.method)) + " " + route.pattern + " on " +
           std::string(sdk::to_text(route.site));
}

sdk::Error conflict(const std::string& what, const std::string& plugin, const std::string& other) {
    return sdk::fail("plugins.conflict",
                     plugin + " registers " + what + ", which " +
                         (plugin == other ? "it has registered already. Remove one of the two."
                                          : other + " has already. Disable one of the two plugins."));
}

bool braces_match(const std::string& pattern) {
    bool open = false;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        if (pattern[i] == '{') {
            if (open || pattern[i - 1] != '/') return false;
            open = true;
        } else if (pattern[i] == '}') {
            if (!open || pattern[i - 1] == '{' || (i + 1 < pattern.size() && pattern[i + 1] != '/')) return false;
            open = false;
        } else if (open && pattern[i] == '/') {
            return false;
        }
    }
    return !open;
}

}  // namespace

sdk::Result<void> Registrations::check(const std::string& plugin, const PluginRegistrations& own,
                                       const sdk::Route& route) const {
    const auto mistake = [&](const std::string& what) {
        return sdk::fail("plugins.bad_route", "Route " + title(route) + " of " + plugin + " " + what);
    };
    if (route.pattern.empty() || route.pattern.front() != '/') return mistake("must start with a slash.");
    if (!braces_match(route.pattern)) return mistake("has a {parameter} that is not a whole segment.");
    if (route.permission.text().empty()) return mistake("has no permission; use Permission::everyone() to allow all.");
    if (!route.handler) return mistake("has no handler.");
    for (const auto& other : own.routes)
        if (same_place(other, route)) return conflict("route " + title(route), plugin, plugin);
    std::lock_guard lock(mutex_);
    for (const auto& [other, registrations] : by_plugin_)
        for (const auto& theirs : registrations.routes)
            if (same_place(theirs, route)) return conflict("route " + title(route), plugin, other);
    return sdk::ok();
}

sdk::Result<void> Registrations::check(const std::string& plugin, const PluginRegistrations& own,
                                       const sdk::Command& command) const {
    if (command.name.empty() || !command.run)
        return sdk::fail("plugins.bad_command", "A command of " + plugin + " has no name or no function to run.");
    for (const auto& other : own.commands)
        if (other.name == command.name) return conflict("command \"" + command.name + "\"", plugin, plugin);
    std::lock_guard lock(mutex_);
    for (const auto& [other, registrations] : by_plugin_)
        for (const auto& theirs : registrations.commands)
            if (theirs.name == command.name) return conflict("command \"" + command.name + "\"", plugin, other);
    return sdk::ok();
}

sdk::Result<void> Registrations::check(const std::string& plugin, const PluginRegistrations& own,
                                       const sdk::Contribution& contribution) const {
    if (contribution.slot.empty() || contribution.key.empty())
        return sdk::fail("plugins.bad_contribution", "A contribution of " + plugin + " has no slot or no key.");
    for (const auto& other : own.contributions)
        if (other.slot == contribution.slot && other.site == contribution.site && other.key == contribution.key)
            return conflict("\"" + contribution.key + "\" in slot " + contribution.slot, plugin, plugin);
    return sdk::ok();
}

void Registrations::commit(const std::string& plugin, PluginRegistrations registrations) {
    decltype(shared_) stale;  // as below
    std::lock_guard lock(mutex_);
    by_plugin_.insert_or_assign(plugin, std::move(registrations));
    stale.swap(shared_);
}

bool Registrations::revoke(const std::string& plugin) {
    PluginRegistrations gone;  // what the handlers own dies after the lock
    decltype(shared_) stale;
    std::lock_guard lock(mutex_);
    stale.swap(shared_);
    const auto found = by_plugin_.find(plugin);
    if (found == by_plugin_.end()) return false;
    gone = std::move(found->second);
    by_plugin_.erase(found);
    return true;
}

std::vector<RegisteredRoute> Registrations::routes() const {
    std::vector<RegisteredRoute> all;
    {
        std::lock_guard lock(mutex_);
        for (const auto& [plugin, registrations] : by_plugin_)
            for (const auto& route : registrations.routes) all.push_back({route, plugin});
    }
    std::ranges::stable_sort(all, [](const RegisteredRoute& a, const RegisteredRoute& b) {
        return std::tie(a.route.site, a.route.pattern, a.route.method) <
               std::tie(b.route.site, b.route.pattern, b.route.method);
    });
    return all;
}

std::vector<RegisteredCommand> Registrations::commands() const {
    std::vector<RegisteredCommand> all;
    {
        std::lock_guard lock(mutex_);
        for (const auto& [plugin, registrations] : by_plugin_)
            for (const auto& command : registrations.commands) all.push_back({command, plugin});
    }
    std::ranges::stable_sort(all, {}, [](const RegisteredCommand& item) { return item.command.name; });
    return all;
}

std::vector<sdk::Contribution> Registrations::contributions(const std::string& slot, sdk::Site site) const {
    return *shared_contributions(slot, site);
}

std::shared_ptr<const Registrations::Contributions> Registrations::shared_contributions(const std::string& slot,
                                                                                        sdk::Site site) const {
    std::lock_guard lock(mutex_);
    auto& known = shared_[Place{slot, site}];
    if (known) return known;
    auto all = std::make_shared<Contributions>();
    for (const auto& [plugin, registrations] : by_plugin_)
        for (const auto& contribution : registrations.contributions)
            if (contribution.slot == slot && contribution.site == site) all->push_back(contribution);
    std::ranges::stable_sort(*all, [](const sdk::Contribution& a, const sdk::Contribution& b) {
        return std::tie(a.order, a.plugin, a.key) < std::tie(b.order, b.plugin, b.key);
    });
    known = std::move(all);
    return known;
}

}  // namespace whatsflow::plugins
