#include "permissions.hpp"

#include <string>
#include <vector>

namespace whatsflow::admin {
namespace {

using Roles = std::vector<std::string>;

const Roles kEverybody{"super_admin", "support_admin", "finance_admin", "read_only"};
const Roles kSupport{"super_admin", "support_admin"};
const Roles kTechnical{"super_admin", "support_admin", "read_only"};
const Roles kWatching{"super_admin", "read_only"};
const Roles kSuper{"super_admin"};

struct Defined {
    std::string_view name;
    const Roles& roles;
};

}  // namespace

sdk::Result<void> define_permissions(sdk::Host& host) {
    // What a mail says can open an account (a link to set a new password), so its content is
    // for those who may do everything anyway.
    const std::vector<Defined> all{
        {permission::self, kEverybody},
        {permission::dashboard, kEverybody},
        {permission::staff_read, kEverybody},
        {permission::staff_manage, kSuper},
        {permission::activity, kEverybody},
        {permission::plugins_read, kTechnical},
        {permission::plugins_manage, kSuper},
        {permission::jobs_read, kTechnical},
        {permission::jobs_manage, kSuper},
        {permission::events_read, kTechnical},
        {permission::events_manage, kSuper},
        {permission::logs, kTechnical},
        {permission::settings, kWatching},
        {permission::templates_read, kTechnical},
        {permission::templates_manage, kSuper},
        {permission::mail_read, kSupport},
        {permission::mail_content, kSuper},
        {permission::mail_manage, kSupport},
        {permission::announcements_read, kEverybody},
        {permission::announcements_manage, kSupport},
        {permission::backups_read, kWatching},
        {permission::backups_manage, kSuper},
        {permission::webhooks, kEverybody},
    };
    for (const auto& [name, roles] : all) {
        const sdk::PermissionDefinition definition{
            sdk::Site::admin, std::string(name), "admin.permissions" + std::string(name.substr(name.find('.'))), roles};
        if (auto done = host.contribute(definition); !done) return done;
    }
    return host.contribute(sdk::PermissionDefinition{sdk::Site::app,
                                                     std::string(permission::announcements_dismiss),
                                                     "admin.permissions.announcements.dismiss",
                                                     {"owner", "admin", "agent", "viewer"},
                                                     true});
}

}  // namespace whatsflow::admin
