#include "admin_plugin.hpp"

#include "activity_pages.hpp"
#include "dashboard.hpp"
#include "first_login.hpp"
#include "navigation.hpp"
#include "permissions.hpp"
#include "saved_views.hpp"
#include "sign_in_pages.hpp"
#include "staff_commands.hpp"
#include "staff_pages.hpp"

namespace whatsflow::admin {

sdk::Result<void> AdminPlugin::start(sdk::Host& host, const sdk::Config& config) {
    auto settings = read_settings(config);
    if (!settings) return settings.error();
    panel_.emplace(host, std::move(*settings));
    authenticator_.emplace(*panel_);

    if (auto done = define_permissions(host); !done) return done;
    if (auto done = sdk::provide_service(host, *authenticator_, {{"site", "admin"}}); !done) return done;
    if (auto done = offer_first_login(*panel_); !done) return done;
    if (auto done = register_staff_commands(host); !done) return done;
    if (auto done = add_navigation(host); !done) return done;
    for (const auto& register_pages : {register_sign_in_pages, register_dashboard, register_saved_views, register_staff_pages, register_activity_pages})
        if (auto done = register_pages(*panel_); !done) return done;
    return sdk::ok();
}

void AdminPlugin::stop() noexcept {
    authenticator_.reset();
    panel_.reset();
}

}  // namespace whatsflow::admin
