#include "role_book.hpp"

#include <algorithm>

namespace whatsflow::accounts {
namespace {

constexpr auto kFresh = std::chrono::seconds{1};

using Roles = std::vector<std::string>;
const Roles kEverybody{"owner", "admin", "agent", "viewer"};
const Roles kLeaders{"owner", "admin"};
const Roles kOwner{"owner"};
const Roles kAllStaff{"super_admin", "support_admin", "finance_admin", "read_only"};
const Roles kSupport{"super_admin", "support_admin"};

bool is_personal(const std::string& permission) {
    return permission.starts_with("account.");
}

}  // namespace

bool is_kept_from_impersonators(const std::string& permission) {
    // An invitation, a token or an address that is told of events would outlive the half hour.
    static const std::set<std::string> ways_in{"team.manage", "team.leave", "tokens.manage", "app.webhooks.manage"};
    return permission.starts_with("account.security.") || permission.starts_with("billing.methods.") ||
           ways_in.contains(permission);
}

bool is_role(std::string_view text) {
    return std::ranges::find(kRoles, text) != std::end(kRoles);
}

std::set<std::string> RoleBook::permissions(const std::string& role, bool suspended) const {
    const auto now_known = known();
    const auto found = now_known->by_role.find({role, suspended});
    return found == now_known->by_role.end() ? std::set<std::string>{} : found->second;
}

std::set<std::string> RoleBook::permissions_of_scopes(const std::vector<std::string>& scopes) const {
    const auto now_known = known();
    std::set<std::string> permissions(scopes.begin(), scopes.end());
    for (const auto& scope : scopes)
        if (const auto found = now_known->by_scope.find(scope); found != now_known->by_scope.end())
            permissions.insert(found->second.begin(), found->second.end());
    return permissions;
}

std::vector<Scope> RoleBook::scopes() const {
    return known()->scopes;
}

std::shared_ptr<const RoleBook::Known> RoleBook::known() const {
    const auto now = std::chrono::steady_clock::now();
    const std::lock_guard lock(mutex_);
    if (!known_ || now - known_->read_at > kFresh) {
        auto fresh = read();
        fresh.read_at = now;
        known_ = std::make_shared<const Known>(std::move(fresh));
    }
    return known_;
}

RoleBook::Known RoleBook::read() const {
    Known fresh;
    for (const auto& contribution : host_.contributions(sdk::PermissionDefinition::kSlot, sdk::Site::app)) {
        const auto definition = sdk::PermissionDefinition::from(contribution);
        for (const auto& role : definition.roles) {
            fresh.by_role[{role, false}].insert(definition.name);
            if (definition.when_suspended) fresh.by_role[{role, true}].insert(definition.name);
            if (role == "viewer" && is_personal(definition.name)) {
                fresh.by_role[{"", false}].insert(definition.name);
                fresh.by_role[{"", true}].insert(definition.name);
            }
        }
    }
    for (const auto& contribution : host_.contributions(sdk::PermissionDefinition::kSlot, sdk::Site::api)) {
        const auto definition = sdk::PermissionDefinition::from(contribution);
        if (definition.roles.empty()) fresh.scopes.push_back({definition.name, definition.title});
        for (const auto& scope : definition.roles) fresh.by_scope[scope].insert(definition.name);
    }
    std::ranges::sort(fresh.scopes, {}, &Scope::name);
    return fresh;
}

sdk::Result<void> define_permissions(sdk::Host& host) {
    using sdk::PermissionDefinition;
    using sdk::Site;
    const PermissionDefinition definitions[] = {
        {Site::app, "account.profile", "accounts.permissions.profile", kEverybody, true},
        {Site::app, "account.switch", "accounts.permissions.switch", kEverybody, true},
        {Site::app, "account.security.manage", "accounts.permissions.security", kEverybody, true},
        {Site::app, "account.security.export", "accounts.permissions.export", kEverybody, true},
        {Site::app, "team.read", "accounts.permissions.team_read", kEverybody, false},
        {Site::app, "team.leave", "accounts.permissions.team_leave", kEverybody, true},
        {Site::app, "team.manage", "accounts.permissions.team_manage", kLeaders, false},
        {Site::app, "account.security.transfer", "accounts.permissions.team_transfer", kOwner, false},
        {Site::app, "tenant.manage", "accounts.permissions.tenant_manage", kLeaders, false},
        {Site::app, "account.security.close", "accounts.permissions.tenant_close", kOwner, true},
        {Site::app, "tokens.manage", "accounts.permissions.tokens_manage", kLeaders, false},
        {Site::admin, "accounts.users.read", "accounts.permissions.users_read", kAllStaff, false},
        {Site::admin, "accounts.users.manage", "accounts.permissions.users_manage", kSupport, false},
        {Site::admin, "accounts.users.delete", "accounts.permissions.users_delete", {"super_admin"}, false},
        {Site::admin, "accounts.tenants.read", "accounts.permissions.tenants_read", kAllStaff, false},
        {Site::admin, "accounts.tenants.manage", "accounts.permissions.tenants_manage", kSupport, false},
        {Site::admin, "accounts.tenants.delete", "accounts.permissions.tenants_delete", {"super_admin"}, false},
        {Site::admin, "accounts.tokens.manage", "accounts.permissions.platform_tokens", {"super_admin"}, false},
        {Site::admin, "accounts.impersonate", "accounts.permissions.impersonate", kSupport, false},
    };
    for (const auto& definition : definitions)
        if (auto done = host.contribute(definition); !done) return done;
    return sdk::ok();
}

}  // namespace whatsflow::accounts
