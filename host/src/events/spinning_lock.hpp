/// \file
/// Takes a lock that is only ever held for some nanoseconds.
///
/// Going to sleep over such a lock, and being woken, costs a hundred times what the other side
/// does inside; so it is tried for about a microsecond first.
#pragma once

#include <mutex>

namespace whatsflow::events {

class SpinningLock {
public:
    explicit SpinningLock(std::mutex& mutex) : lock_(mutex, std::try_to_lock) {
        for (int tries = 0; !lock_ && tries < kTries; ++tries) {
            relax();
            (void)lock_.try_lock();
        }
        if (!lock_) lock_.lock();
    }

private:
    static constexpr int kTries = 64;

    static void relax() noexcept {
#if defined(__x86_64__)
        __builtin_ia32_pause();
#elif defined(__aarch64__)
        asm volatile("yield");
#endif
    }

    std::unique_lock<std::mutex> lock_;
};

}  // namespace whatsflow::events
