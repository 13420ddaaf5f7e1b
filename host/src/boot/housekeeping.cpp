#include "boot/housekeeping.hpp"

namespace whatsflow::boot {

Housekeeping::Housekeeping(std::vector<Chore> chores, sdk::Milliseconds period, sdk::Logger& log)
    : chores_(std::move(chores)), period_(period), log_(log), thread_([this] { run(); }) {}

Housekeeping::~Housekeeping() {
    {
        const std::lock_guard lock(mutex_);
        ends_ = true;
    }
    ending_.notify_one();
    thread_.join();
}

void Housekeeping::run() {
    std::unique_lock lock(mutex_);
    while (!ending_.wait_for(lock, period_, [&] { return ends_; })) {
        lock.unlock();
        for (const auto& chore : chores_) {
            const auto done = chore.tidy();
            if (!done)
                log_.warn("tidying up did not work and is tried again later",
                          {{"what", chore.what}, {"code", done.error().code}});
            else if (*done > 0)
                log_.debug("tidied up", {{"what", chore.what}, {"removed", std::to_string(*done)}});
        }
        lock.lock();
    }
}

}  // namespace whatsflow::boot
