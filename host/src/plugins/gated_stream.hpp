/// \file
/// A body that a plugin makes while it is sent, let in through the plugin's gate piece by piece:
/// a plugin that is stopped ends its streams, and none of them keeps it from stopping.
#pragma once

#include "plugins/gate.hpp"

#include <whatsflow/sdk/http.hpp>

#include <memory>
#include <string>

namespace whatsflow::plugins {

/// The response as it was, its stream (if it has one) behind the gate. `call` is for the log.
[[nodiscard]] sdk::Response behind_gate(sdk::Response response, std::shared_ptr<Gate> gate, const std::string& call);

}  // namespace whatsflow::plugins
