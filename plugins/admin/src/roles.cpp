#include "roles.hpp"

#include <algorithm>

namespace whatsflow::admin {

bool is_role(std::string_view text) {
    return std::ranges::find(kRoles, text) != kRoles.end();
}

std::set<std::string> RolePermissions::of(const std::string& role) {
    const auto now = host_.clock().now();
    const std::lock_guard lock(mutex_);
    if (!read_at_ || now < *read_at_ || now - *read_at_ >= std::chrono::seconds(1)) {
        by_role_.clear();
        for (const auto& contribution : host_.contributions(sdk::PermissionDefinition::kSlot, sdk::Site::admin)) {
            const auto definition = sdk::PermissionDefinition::from(contribution);
            by_role_[std::string(kSuperAdmin)].insert(definition.name);
            for (const auto& holder : definition.roles) by_role_[holder].insert(definition.name);
        }
        read_at_ = now;
    }
    const auto found = by_role_.find(role);
    return found == by_role_.end() ? std::set<std::string>{} : found->second;
}

}  // namespace whatsflow::admin
