/// \file
/// What people may do on the pages of this plugin, by role.
#pragma once

#include <whatsflow/sdk/host.hpp>

namespace whatsflow::app {

namespace permission {
inline constexpr const char* dashboard = "app.dashboard.read";
inline constexpr const char* notifications = "app.notifications.read";
inline constexpr const char* search = "app.search.use";
inline constexpr const char* settings = "app.settings.read";
inline constexpr const char* settings_manage = "app.settings.manage";
inline constexpr const char* usage = "app.usage.read";
inline constexpr const char* developers = "app.developers.read";
inline constexpr const char* webhooks = "app.webhooks.manage";
}  // namespace permission

sdk::Result<void> define_permissions(sdk::Host& host);
sdk::Result<void> add_navigation(sdk::Host& host);

}  // namespace whatsflow::app
