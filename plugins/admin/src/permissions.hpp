/// \file
/// What this plugin's own pages ask for, and which roles have it.
#pragma once

#include <whatsflow/sdk/host.hpp>

#include <string_view>

namespace whatsflow::admin::permission {

inline constexpr std::string_view self = "admin.self";  ///< one's own account, notifications, search
inline constexpr std::string_view dashboard = "admin.dashboard.read";
inline constexpr std::string_view staff_read = "admin.staff.read";
inline constexpr std::string_view staff_manage = "admin.staff.manage";
inline constexpr std::string_view activity = "admin.activity.read";
inline constexpr std::string_view plugins_read = "admin.plugins.read";
inline constexpr std::string_view plugins_manage = "admin.plugins.manage";
inline constexpr std::string_view jobs_read = "admin.jobs.read";
inline constexpr std::string_view jobs_manage = "admin.jobs.manage";
inline constexpr std::string_view events_read = "admin.events.read";
inline constexpr std::string_view events_manage = "admin.events.manage";
inline constexpr std::string_view logs = "admin.logs.read";
inline constexpr std::string_view settings = "admin.settings.read";
inline constexpr std::string_view templates_read = "admin.email_templates.read";
inline constexpr std::string_view templates_manage = "admin.email_templates.manage";
inline constexpr std::string_view mail_read = "admin.mail.read";
inline constexpr std::string_view mail_content = "admin.mail.content";
inline constexpr std::string_view mail_manage = "admin.mail.manage";
inline constexpr std::string_view announcements_read = "admin.announcements.read";
inline constexpr std::string_view announcements_manage = "admin.announcements.manage";
inline constexpr std::string_view backups_read = "admin.backups.read";
inline constexpr std::string_view backups_manage = "admin.backups.manage";
inline constexpr std::string_view webhooks = "admin.webhooks.read";

/// Of tenants' people in the app: to put an announcement away.
inline constexpr std::string_view announcements_dismiss = "announcements.dismiss";

}  // namespace whatsflow::admin::permission

namespace whatsflow::admin {

/// Defines all of the above.
sdk::Result<void> define_permissions(sdk::Host& host);

}  // namespace whatsflow::admin
