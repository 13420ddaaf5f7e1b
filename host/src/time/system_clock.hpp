/// \file
/// The time of the machine, for the host to hand to everybody who asks for a `sdk::Clock`.
/// Made once in boot; nothing else in the process asks the system for the time of day.
#pragma once

#include <whatsflow/sdk/time.hpp>

namespace whatsflow::time {

/// [thread-safe] Microseconds since 1970 in UTC. May step back when the machine's clock is
/// corrected: measure durations with std::chrono::steady_clock instead.
class SystemClock final : public sdk::Clock {
public:
    sdk::Instant now() const override;
};

}  // namespace whatsflow::time
