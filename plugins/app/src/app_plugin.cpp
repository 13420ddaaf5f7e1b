#include "app_plugin.hpp"

#include "permissions.hpp"
#include "retention.hpp"
#include "webhook_staff_panel.hpp"

namespace whatsflow::app {

sdk::Result<void> AppPlugin::start(sdk::Host& host, const sdk::Config& config) {
    parts_ = std::make_unique<Parts>(host, config);
    if (auto done = define_permissions(host); !done) return done;
    if (auto done = add_navigation(host); !done) return done;
    if (auto done = parts_->frame_pages.register_routes(); !done) return done;
    if (auto done = parts_->notice_pages.register_routes(); !done) return done;
    if (auto done = parts_->search.register_routes(); !done) return done;
    if (auto done = parts_->webhook_pages.register_routes(); !done) return done;
    if (auto done = parts_->sender.start(); !done) return done;
    if (auto done = contribute_webhook_panel(host); !done) return done;
    if (auto done = start_retention(host, parts_->settings); !done) return done;
    if (auto done = sdk::provide_service(host, parts_->personal_data, {{"plugin", host.plugin_id()}}); !done)
        return done;
    return sdk::provide_service(host, parts_->notifier, {{"site", "app"}});
}

void AppPlugin::stop() noexcept {
    parts_.reset();
}

}  // namespace whatsflow::app
