/// \file
/// What the kernel knows about this process: memory, open files, threads, processor time,
/// when it started. Under the names every Prometheus dashboard expects.
#pragma once

#include "metrics/registry.hpp"

namespace whatsflow::metrics {

struct ProcessReading {
    double resident_bytes = 0;
    double open_files = 0;
    double threads = 0;
    double cpu_seconds = 0;
    double started_at = 0;  ///< seconds since 1970
};

/// From /proc; zeros for what cannot be read.
ProcessReading read_process();

/// Registers `process_*` gauges that are read at each `render`. Keep what is returned.
std::vector<sdk::Registration> measure_process(Registry& registry);

}  // namespace whatsflow::metrics
