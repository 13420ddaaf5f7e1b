/// \file
/// The sinks that the config asks for.
#pragma once

#include "destinations.hpp"

#include <whatsflow/sdk/plugin.hpp>

#include <memory>
#include <vector>

namespace whatsflow::sinks {

class SinksPlugin final : public sdk::Plugin {
public:
    sdk::Result<void> start(sdk::Host& host, const sdk::Config& config) override;
    void stop() noexcept override;

private:
    std::optional<Webhook> webhook_;
    std::optional<GoogleAnalytics> google_;
    std::optional<PostHog> posthog_;
    std::optional<Mixpanel> mixpanel_;
};

}  // namespace whatsflow::sinks
