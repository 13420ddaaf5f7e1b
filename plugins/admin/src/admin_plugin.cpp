#include "admin_plugin.hpp"

#include "account_pages.hpp"
#include "activity_pages.hpp"
#include "announcement_pages.hpp"
#include "backup_pages.hpp"
#include "dashboard.hpp"
#include "email_template_pages.hpp"
#include "event_pages.hpp"
#include "first_login.hpp"
#include "job_pages.hpp"
#include "log_pages.hpp"
#include "mailbox_pages.hpp"
#include "navigation.hpp"
#include "notification_pages.hpp"
#include "permissions.hpp"
#include "platform_watch.hpp"
#include "plugin_pages.hpp"
#include "search_page.hpp"
#include "settings_pages.hpp"
#include "sign_in_pages.hpp"
#include "staff_commands.hpp"
#include "staff_pages.hpp"

namespace whatsflow::admin {

sdk::Result<void> AdminPlugin::start(sdk::Host& host, const sdk::Config& config) {
    auto settings = read_settings(config);
    if (!settings) return settings.error();
    panel_.emplace(host, std::move(*settings));
    authenticator_.emplace(*panel_);
    notifier_.emplace(*panel_);
    banner_.emplace(*panel_);
    demonstration_.emplace(host.database(), host.clock());
    views_.emplace(*panel_);

    if (auto done = define_permissions(host); !done) return done;
    if (auto done = sdk::provide_service(host, *authenticator_, {{"site", "admin"}}); !done) return done;
    if (auto done = sdk::provide_service(host, *notifier_, {{"site", "admin"}}); !done) return done;
    if (auto done = sdk::provide_service(host, *demonstration_, {{"plugin", host.plugin_id()}}); !done) return done;
    if (auto done = sdk::provide_service(host, *views_, {}); !done) return done;
    if (auto done = start_watch(*panel_, *notifier_); !done) return done;
    if (auto done = offer_first_login(*panel_); !done) return done;
    if (auto done = register_staff_commands(host); !done) return done;
    if (auto done = add_navigation(host); !done) return done;
    if (auto done = banner_->contribute(); !done) return done;
    if (auto done = register_announcement_pages(*panel_, *banner_); !done) return done;
    for (const auto& register_pages :
         {register_sign_in_pages, register_account_pages, register_dashboard, register_staff_pages,
          register_activity_pages, register_plugin_pages, register_job_pages, register_event_pages, register_log_pages,
          register_settings_pages, register_email_template_pages, register_mailbox_pages, register_backup_pages,
          register_notification_pages, register_search, register_saved_views})
        if (auto done = register_pages(*panel_); !done) return done;
    return sdk::ok();
}

void AdminPlugin::stop() noexcept {
    views_.reset();
    demonstration_.reset();
    banner_.reset();
    notifier_.reset();
    authenticator_.reset();
    panel_.reset();
}

}  // namespace whatsflow::admin
