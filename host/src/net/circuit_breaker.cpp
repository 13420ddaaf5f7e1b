#include "net/circuit_breaker.hpp"

namespace whatsflow::net {

CircuitBreaker::State CircuitBreaker::state_locked(Time now) const {
    if (failures_in_a_row_ < failures_to_open_) return State::closed;
    return now - opened_at_ >= open_for_ ? State::half_open : State::open;
}

CircuitBreaker::State CircuitBreaker::state(Time now) const {
    const std::lock_guard lock{mutex_};
    return state_locked(now);
}

bool CircuitBreaker::try_enter(Time now) {
    const std::lock_guard lock{mutex_};
    switch (state_locked(now)) {
        case State::closed: return true;
        case State::open: return false;
        case State::half_open: break;
    }
    if (probing_) return false;
    probing_ = true;
    return true;
}

void CircuitBreaker::succeeded() {
    const std::lock_guard lock{mutex_};
    failures_in_a_row_ = 0;
    probing_ = false;
}

void CircuitBreaker::failed(Time now) {
    const std::lock_guard lock{mutex_};
    probing_ = false;
    ++failures_in_a_row_;
    if (failures_in_a_row_ >= failures_to_open_) opened_at_ = now;
}

void CircuitBreaker::abandoned() {
    const std::lock_guard lock{mutex_};
    probing_ = false;
}

}  // namespace whatsflow::net
