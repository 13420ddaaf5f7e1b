#include "boot/permission_check.hpp"

#include <whatsflow/sdk/slots.hpp>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <utility>

namespace whatsflow::boot {
namespace {

using nlohmann::json;

constexpr std::array kSites{sdk::Site::landing, sdk::Site::app, sdk::Site::admin, sdk::Site::api};

/// What the host itself understands.
bool is_built_in(const std::string& permission) {
    return permission == "public" || permission == "loopback";
}

struct Holders {
    std::set<std::string> roles;
    bool when_suspended = false;
};

}  // namespace

void mark_permissions(json& route_rows, const plugins::Runtime& runtime) {
    std::map<std::pair<std::string, std::string>, Holders> defined;
    for (const auto site : kSites)
        for (const auto& contribution : runtime.contributions(sdk::PermissionDefinition::kSlot, site)) {
            const auto definition = sdk::PermissionDefinition::from(contribution);
            auto& holders = defined[{std::string(sdk::to_text(site)), definition.name}];
            holders.roles.insert(definition.roles.begin(), definition.roles.end());
            // A scope of tokens is held by whoever has it.
            if (site == sdk::Site::api && definition.roles.empty()) holders.roles.insert(definition.name);
            holders.when_suspended = holders.when_suspended || definition.when_suspended;
        }
    for (auto& row : route_rows) {
        const auto permission = row.value("permission", "");
        const auto found = defined.find({row.value("site", ""), permission});
        const auto holders = found == defined.end() ? Holders{} : found->second;
        row["permission_defined"] = is_built_in(permission) || found != defined.end();
        row["roles"] = holders.roles;
        row["when_suspended"] = holders.when_suspended;
    }
}

std::vector<std::string> undefined_permissions(const json& route_rows) {
    std::map<std::pair<std::string, std::string>, std::set<std::string>> missing;
    for (const auto& row : route_rows)
        if (!row.value("permission_defined", true))
            missing[{row.value("site", ""), row.value("permission", "")}].insert(row.value("plugin", ""));
    std::vector<std::string> sentences;
    for (const auto& [asked, plugins] : missing) {
        std::string names;
        for (const auto& plugin : plugins) names += (names.empty() ? "" : ", ") + plugin;
        sentences.push_back("Routes of " + names + " on the site " + asked.first + " ask for the permission " +
                            asked.second + ", which no running plugin defines: nobody can reach them.");
    }
    return sentences;
}

}  // namespace whatsflow::boot
