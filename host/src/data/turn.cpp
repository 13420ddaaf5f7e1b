#include "data/turn.hpp"

namespace whatsflow::data {

std::optional<Turnstile::Turn> Turnstile::wait_for_turn(std::chrono::steady_clock::time_point deadline) {
    std::unique_lock lock(mutex_);
    if (!taken_) {
        taken_ = true;
        return std::optional<Turn>(std::in_place, *this);
    }
    Waiter me;
    const auto place = line_.insert(line_.end(), &me);
    if (!me.called.wait_until(lock, deadline, [&] { return me.has_turn; })) {
        line_.erase(place);
        return std::nullopt;
    }
    return std::optional<Turn>(std::in_place, *this);
}

void Turnstile::pass_on() noexcept {
    const std::lock_guard lock(mutex_);
    if (line_.empty()) {
        taken_ = false;
        return;
    }
    auto* const next = line_.front();
    line_.pop_front();
    next->has_turn = true;
    next->called.notify_one();  // under the lock: the waiter lives on its thread's stack
}

}  // namespace whatsflow::data
