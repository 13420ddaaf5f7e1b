/// \file
/// Instants, durations and the clock that is handed in.
///
/// Domain code never asks the system for the time: it takes a `Clock`, so that billing
/// can be tested by the year. Instants are UTC with microseconds; databases store them as
/// BIGINT microseconds since 1970 (`to_micros`).
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace whatsflow::sdk {

using Instant = std::chrono::time_point<std::chrono::system_clock, std::chrono::microseconds>;
using Milliseconds = std::chrono::milliseconds;

inline std::int64_t to_micros(Instant instant) { return instant.time_since_epoch().count(); }
inline Instant from_micros(std::int64_t micros) { return Instant{std::chrono::microseconds{micros}}; }

/// RFC 3339 in UTC with six digits: `2026-03-10T08:00:00.000000Z`.
std::string to_rfc3339(Instant instant);

/// [thread-safe]
class Clock {
public:
    virtual Instant now() const = 0;

protected:
    virtual ~Clock();
};

}  // namespace whatsflow::sdk
