/// \file
/// One limit for a client, whichever node it asks: nodes tell each other what clients spent.
///
/// Every second a node tells the others which buckets of its own were used, the most used ones
/// first; the others take the same from theirs. A client that spreads its requests over several
/// nodes so runs into debt at each, and gets its rate once, not once a node. What is told is a
/// hint: while nobody hears it, every node limits by itself.
#pragma once

#include "web/rate_limiter.hpp"

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

namespace whatsflow::web {

class SharedLimits {
public:
    /// `tell` gets the text for the others, in a thread of this object. `limiter` must outlive it.
    SharedLimits(RateLimiter& limiter, std::function<void(const std::string&)> tell,
                 std::chrono::milliseconds every = std::chrono::seconds(1));
    /// Ends the thread.
    ~SharedLimits();
    SharedLimits(const SharedLimits&) = delete;
    SharedLimits& operator=(const SharedLimits&) = delete;

    /// What a node told. Its own text, and one that cannot be read, change nothing. [thread-safe]
    void hear(const std::string& text);

private:
    void work(std::chrono::milliseconds every);

    RateLimiter& limiter_;
    std::function<void(const std::string&)> tell_;
    const std::string node_;  ///< random, so that a node knows its own words
    std::mutex mutex_;
    std::condition_variable stopping_;
    bool stop_ = false;
    std::thread thread_;
};

}  // namespace whatsflow::web
