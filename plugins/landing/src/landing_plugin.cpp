#include "landing_plugin.hpp"

#include "contact_messages.hpp"
#include "well_known_files.hpp"

namespace whatsflow::landing {

sdk::Result<void> LandingPlugin::start(sdk::Host& host, const sdk::Config& config) {
    pages_.emplace(host, config);
    if (auto done = pages_->register_routes(); !done) return done;
    if (auto done = register_well_known_files(host); !done) return done;
    demonstration_.emplace(host.database(), host.clock());
    if (auto done = sdk::provide_service(host, *demonstration_, {{"plugin", host.plugin_id()}}); !done) return done;
    return host.command(contact_list_command(host.database()));
}

void LandingPlugin::stop() noexcept {
    demonstration_.reset();
    pages_.reset();
}

}  // namespace whatsflow::landing
