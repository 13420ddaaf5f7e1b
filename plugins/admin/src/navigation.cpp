#include "navigation.hpp"

#include "permissions.hpp"

#include <string>

namespace whatsflow::admin {
namespace {

struct Entry {
    const char* section;
    const char* word;
    const char* icon;
    const char* path;
    std::string_view permission;
    int order;
};

}  // namespace

sdk::Result<void> add_navigation(sdk::Host& host) {
    // A section stands where its first entry does, so the dashboard comes before everybody's.
    const Entry entries[]{
        {"main", "dashboard", "layout-dashboard", "/", permission::dashboard, 0},
        {"main", "activity", "activity", "/activity", permission::activity, 5},
        {"people", "staff", "shield", "/staff", permission::staff_read, 190},
        {"people", "announcements", "megaphone", "/announcements", permission::announcements_read, 195},
        {"platform", "plugins", "plug", "/plugins", permission::plugins_read, 310},
        {"platform", "jobs", "list-checks", "/jobs", permission::jobs_read, 320},
        {"platform", "events", "zap", "/events", permission::events_read, 330},
        {"platform", "webhooks", "webhook", "/webhooks", permission::webhooks, 340},
        {"platform", "mailbox", "inbox", "/mailbox", permission::mail_read, 350},
        {"platform", "email_templates", "mail", "/email-templates", permission::templates_read, 360},
        {"platform", "logs", "scroll-text", "/logs", permission::logs, 370},
        {"platform", "backups", "archive", "/backups", permission::backups_read, 380},
        {"platform", "settings", "settings", "/settings", permission::settings, 390},
    };
    for (const auto& [section, word, icon, path, permission, order] : entries)
        if (auto done =
                host.contribute(sdk::NavigationEntry{sdk::Site::admin, section, std::string("admin.nav.") + word, icon,
                                                     path, std::string(permission), order});
            !done)
            return done;
    return sdk::ok();
}

}  // namespace whatsflow::admin
