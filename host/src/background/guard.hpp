/// \file
/// How a plugin's code is entered from here: through the plugin's gate, which the caller hands
/// in. Refused (`plugin.unavailable`) while the plugin is stopping, `plugin.fault` when it throws.
#pragma once

#include <whatsflow/sdk/result.hpp>

#include <functional>
#include <string>

namespace whatsflow::background {

using Guard = std::function<sdk::Result<void>(const std::string& call, const std::function<sdk::Result<void>()>& body)>;

/// The plugin is on its way out: nobody's fault, the work comes again.
inline bool is_stopping(const sdk::Result<void>& answer) {
    return !answer && answer.error().code == "plugin.unavailable";
}

}  // namespace whatsflow::background
