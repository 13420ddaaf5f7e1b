#include "boot/readiness.hpp"

namespace whatsflow::boot {

ReadinessWatch::ReadinessWatch(std::vector<ReadinessCheck> checks, std::chrono::milliseconds period)
    : checks_(std::move(checks)), period_(period) {
    check_all();
    thread_ = std::thread([this] { watch(); });
}

ReadinessWatch::~ReadinessWatch() {
    {
        std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_all();
    thread_.join();
}

void ReadinessWatch::check_all() {
    web::Readiness found{.ready = true};
    for (const auto& check : checks_) {
        const auto result = check.run();
        found.checks[check.name] = result ? "ok" : result.error().message;
        found.ready = found.ready && static_cast<bool>(result);
    }
    std::lock_guard lock(mutex_);
    last_ = std::move(found);
    checked_at_ = std::chrono::steady_clock::now();
}

void ReadinessWatch::watch() {
    std::unique_lock lock(mutex_);
    while (!wake_.wait_for(lock, period_, [this] { return stopping_; })) {
        lock.unlock();
        check_all();
        lock.lock();
    }
}

web::Readiness ReadinessWatch::current() const {
    std::lock_guard lock(mutex_);
    web::Readiness answer = last_;
    if (draining_) {
        answer.ready = false;
        answer.checks["server"] = "shutting down";
    } else if (std::chrono::steady_clock::now() - checked_at_ > 5 * period_) {
        answer.ready = false;
        answer.checks["checks"] = "no answer";
    }
    return answer;
}

void ReadinessWatch::drain() {
    std::lock_guard lock(mutex_);
    draining_ = true;
}

}  // namespace whatsflow::boot
