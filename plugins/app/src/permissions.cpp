#include "permissions.hpp"

namespace whatsflow::app {
namespace {

const std::vector<std::string> kAppEverybody{"owner", "admin", "agent", "viewer"};
const std::vector<std::string> kAppLeaders{"owner", "admin"};

}  // namespace

sdk::Result<void> define_permissions(sdk::Host& host) {
    using sdk::PermissionDefinition;
    using sdk::Site;
    const PermissionDefinition definitions[] = {
        // A suspended tenant still sees why, and its people what they were told.
        {Site::app, permission::dashboard, "app.permissions.dashboard", kAppEverybody, true},
        {Site::app, permission::notifications, "app.permissions.notifications", kAppEverybody, true},
        {Site::app, permission::search, "app.permissions.search", kAppEverybody, true},
        {Site::app, permission::settings, "app.permissions.settings", kAppEverybody, true},
        {Site::app, permission::settings_manage, "app.permissions.settings_manage", kAppLeaders, false},
        {Site::app, permission::usage, "app.permissions.usage", kAppEverybody, true},
        {Site::app, permission::developers, "app.permissions.developers", kAppLeaders, false},
        {Site::app, permission::webhooks, "app.permissions.webhooks", kAppLeaders, false},
    };
    for (const auto& definition : definitions)
        if (auto done = host.contribute(definition); !done) return done;
    return sdk::ok();
}

sdk::Result<void> add_navigation(sdk::Host& host) {
    using sdk::NavigationEntry;
    using sdk::Site;
    const NavigationEntry entries[] = {
        {Site::app, "main", "app.nav.overview", "layout-dashboard", "/", permission::dashboard, 10},
        {Site::app, "workspace", "app.nav.usage", "gauge", "/usage", permission::usage, 50},
        {Site::app, "workspace", "app.nav.developers", "code", "/developers", permission::developers, 80},
        {Site::app, "workspace", "app.nav.settings", "settings", "/settings", permission::settings, 90},
    };
    for (const auto& entry : entries)
        if (auto done = host.contribute(entry); !done) return done;
    return sdk::ok();
}

}  // namespace whatsflow::app
