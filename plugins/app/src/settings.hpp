/// \file
/// The plugin's settings, read once.
#pragma once

#include <whatsflow/sdk/config.hpp>

#include <chrono>

namespace whatsflow::app {

struct Settings {
    int webhooks_per_tenant = 10;
    bool private_addresses = false;  ///< of webhooks: for development and closed networks
    std::chrono::days disable_after{5};
    std::chrono::days keep_deliveries{30};
    std::chrono::days keep_notifications{180};

    static Settings from(const sdk::Config& config) {
        return {static_cast<int>(config.integer("webhooks_per_tenant")),
                config.boolean("webhooks_to_private_addresses"),
                std::chrono::days(config.integer("webhook_disable_after_days")),
                std::chrono::days(config.integer("keep_deliveries_days")),
                std::chrono::days(config.integer("keep_notifications_days"))};
    }
};

}  // namespace whatsflow::app
