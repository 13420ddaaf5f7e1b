/// \file
/// Signals as values: the main thread waits for them, no handler runs in between.
#pragma once

#include <chrono>
#include <optional>

namespace whatsflow::boot {

enum class Signal { stop, reload };

/// Make it before any thread: it blocks SIGTERM, SIGINT and SIGHUP for the whole process, and
/// threads inherit that.
class Signals {
public:
    Signals();
    /// The next signal, or nothing after `patience`. [main thread]
    std::optional<Signal> wait(std::chrono::milliseconds patience) const;
};

}  // namespace whatsflow::boot
