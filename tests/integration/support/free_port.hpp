/// \file
/// A port of the loopback interface for whatever a test starts.
#pragma once

#include <cstdint>

namespace whatsflow::testing {

/// Nobody listens on it right now.
[[nodiscard]] std::uint16_t free_port();

}  // namespace whatsflow::testing
