/// \file
/// A clock that a test sets by hand.
#pragma once

#include <whatsflow/sdk/time.hpp>

#include <atomic>

namespace whatsflow::sdk::testing {

/// Starts at 2026-03-10T08:00:00Z, an ordinary Tuesday. [thread-safe]
class FakeClock final : public Clock {
public:
    static constexpr std::int64_t kStart = 1'773'129'600'000'000;

    Instant now() const override { return from_micros(micros_.load()); }
    void set(Instant instant) { micros_ = to_micros(instant); }
    template <class Duration>
    void advance(Duration by) {
        micros_ += std::chrono::duration_cast<std::chrono::microseconds>(by).count();
    }

private:
    std::atomic<std::int64_t> micros_{kStart};
};

}  // namespace whatsflow::sdk::testing
