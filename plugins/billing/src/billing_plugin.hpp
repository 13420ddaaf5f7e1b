/// \file
/// The billing plugin: wiring only.
#pragma once

#include <whatsflow/sdk/plugin.hpp>

namespace whatsflow::billing {

class BillingPlugin final : public sdk::Plugin {
public:
    sdk::Result<void> start(sdk::Host& host, const sdk::Config& config) override;
    void stop() noexcept override;
};

}  // namespace whatsflow::billing
