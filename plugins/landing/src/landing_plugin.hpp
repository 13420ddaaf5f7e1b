/// \file
/// The public site: pages, contact form, cookie choice, and the way to the sign-up.
#pragma once

#include "demonstration.hpp"
#include "site_pages.hpp"

#include <whatsflow/sdk/plugin.hpp>

#include <optional>

namespace whatsflow::landing {

class LandingPlugin final : public sdk::Plugin {
public:
    sdk::Result<void> start(sdk::Host& host, const sdk::Config& config) override;
    void stop() noexcept override;

private:
    std::optional<SitePages> pages_;
    std::optional<Demonstration> demonstration_;
};

}  // namespace whatsflow::landing
