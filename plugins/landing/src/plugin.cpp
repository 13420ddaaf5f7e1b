#include "contact_messages.hpp"
#include "site_pages.hpp"
#include "well_known_files.hpp"

#include <whatsflow/sdk/plugin_entry.hpp>

#include <optional>

namespace whatsflow::landing {

/// The public site: pages, contact form, cookie choice, and the way to the sign-up.
class LandingPlugin final : public sdk::Plugin {
public:
    sdk::Result<void> start(sdk::Host& host, const sdk::Config& config) override {
        pages_.emplace(host, config);
        if (auto done = pages_->register_routes(); !done) return done;
        if (auto done = register_well_known_files(host); !done) return done;
        return host.command(contact_list_command(host.database()));
    }

    void stop() noexcept override { pages_.reset(); }

private:
    std::optional<SitePages> pages_;
};

}  // namespace whatsflow::landing

WHATSFLOW_PLUGIN(whatsflow::landing::LandingPlugin)
