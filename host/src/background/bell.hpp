/// \file
/// Wakes one thread that otherwise looks around every so often. A ring while it is busy is
/// not lost: it goes round once more.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <utility>

namespace whatsflow::background {

/// [thread-safe]
class Bell {
public:
    enum class Woken { by_ring, by_time, to_stop };

    void ring() {
        {
            std::lock_guard lock(mutex_);
            if (rung_) return;
            rung_ = true;
        }
        wakes_.notify_one();
    }
    void stop() {
        {
            std::lock_guard lock(mutex_);
            stopping_ = true;
        }
        wakes_.notify_all();
    }
    Woken wait_until(std::chrono::steady_clock::time_point time) {
        std::unique_lock lock(mutex_);
        wakes_.wait_until(lock, time, [&] { return rung_ || stopping_; });
        if (stopping_) return Woken::to_stop;
        return std::exchange(rung_, false) ? Woken::by_ring : Woken::by_time;
    }

private:
    std::mutex mutex_;
    std::condition_variable wakes_;
    bool rung_ = false;
    bool stopping_ = false;
};

}  // namespace whatsflow::background
