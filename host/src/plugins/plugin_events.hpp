/// \file
/// What the host itself publishes about plugins.
#pragma once

#include <whatsflow/sdk/event.hpp>

namespace whatsflow::plugins {

/// A plugin failed too often and was taken out of service.
struct PluginQuarantined {
    static constexpr sdk::EventType kType{"platform.plugin_quarantined", 1};
    std::string plugin;
    std::string reason;
    static constexpr auto fields() {
        return std::make_tuple(sdk::field("plugin", &PluginQuarantined::plugin),
                               sdk::field("reason", &PluginQuarantined::reason));
    }
};

}  // namespace whatsflow::plugins
