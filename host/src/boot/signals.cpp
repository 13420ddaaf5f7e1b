#include "boot/signals.hpp"

#include <pthread.h>
#include <signal.h>

namespace whatsflow::boot {
namespace {

sigset_t our_signals() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGHUP);
    return set;
}

}  // namespace

Signals::Signals() {
    const sigset_t set = our_signals();
    ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
    ::signal(SIGPIPE, SIG_IGN);
}

std::optional<Signal> Signals::wait(std::chrono::milliseconds patience) const {
    const sigset_t set = our_signals();
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(patience);
    const timespec timeout{seconds.count(), static_cast<long>((patience - seconds).count()) * 1'000'000};
    const int number = ::sigtimedwait(&set, nullptr, &timeout);
    if (number < 0) return std::nullopt;
    return number == SIGHUP ? Signal::reload : Signal::stop;
}

}  // namespace whatsflow::boot
