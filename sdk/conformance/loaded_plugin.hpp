/// \file
/// A plugin's library in this process, loaded as the host loads it, and never unloaded.
#pragma once

#include "plugin_folder.hpp"

#include <whatsflow/abi/plugin_v1.h>
#include <whatsflow/sdk/plugin.hpp>

#include <memory>

namespace whatsflow::conformance {

/// Loads the library and compares its descriptor with the manifest and this SDK. Null when
/// it cannot be used any further.
const wf_plugin_v1* load_plugin(const PluginFolder& folder, Report& report);

struct DestroyPlugin {
    const wf_plugin_v1* entry;
    void operator()(sdk::Plugin* plugin) const;
};
using PluginObject = std::unique_ptr<sdk::Plugin, DestroyPlugin>;

/// A new object of the plugin, or null with a line in the report.
PluginObject create_plugin(const wf_plugin_v1& entry, Report& report);

}  // namespace whatsflow::conformance
