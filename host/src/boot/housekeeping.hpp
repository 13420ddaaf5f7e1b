/// \file
/// What the host tidies up by itself, now and then, on a thread of its own.
///
///     Housekeeping tidying({{"sessions", [&] { return sessions.purge({}); }}}, 10min, log);
#pragma once

#include <whatsflow/sdk/logger.hpp>
#include <whatsflow/sdk/result.hpp>
#include <whatsflow/sdk/time.hpp>

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace whatsflow::boot {

/// Runs while it lives; the destructor waits for the chore that runs.
class Housekeeping {
public:
    struct Chore {
        std::string what;
        std::function<sdk::Result<std::int64_t>()> tidy;  ///< returns how many things it removed
    };

    Housekeeping(std::vector<Chore> chores, sdk::Milliseconds period, sdk::Logger& log);
    ~Housekeeping();
    Housekeeping(const Housekeeping&) = delete;
    Housekeeping& operator=(const Housekeeping&) = delete;

private:
    void run();

    const std::vector<Chore> chores_;
    const sdk::Milliseconds period_;
    sdk::Logger& log_;
    std::mutex mutex_;
    std::condition_variable ending_;
    bool ends_ = false;
    std::thread thread_;
};

}  // namespace whatsflow::boot
