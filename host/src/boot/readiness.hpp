/// \file
/// Can this process serve? Asked by load balancers on every site, so the answer is kept and
/// renewed by a thread of its own: a database that hangs must not hang the question.
#pragma once

#include "web/dependencies.hpp"

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace whatsflow::boot {

/// A check that may block. Ok, or the sentence for the operator. Error texts are shown to
/// anybody who asks: no addresses, no names.
struct ReadinessCheck {
    std::string name;
    std::function<sdk::Result<void>()> run;
};

class ReadinessWatch {
public:
    /// Runs every check once before it returns, then every `period`.
    ReadinessWatch(std::vector<ReadinessCheck> checks, std::chrono::milliseconds period);
    ~ReadinessWatch();
    ReadinessWatch(const ReadinessWatch&) = delete;
    ReadinessWatch& operator=(const ReadinessWatch&) = delete;

    /// [any thread, never blocks] A check that has not answered for five periods counts as failed.
    web::Readiness current() const;
    /// From now on: not ready, so that no new requests are sent here.
    void drain();

private:
    void check_all();
    void watch();

    const std::vector<ReadinessCheck> checks_;
    const std::chrono::milliseconds period_;
    mutable std::mutex mutex_;
    std::condition_variable wake_;
    web::Readiness last_;
    std::chrono::steady_clock::time_point checked_at_;
    bool draining_ = false;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace whatsflow::boot
