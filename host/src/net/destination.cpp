#include "net/destination.hpp"

namespace whatsflow::net {

bool Destination::try_occupy() {
    const std::lock_guard lock{mutex_};
    if (calls_ >= limits_.most_calls) return false;
    ++calls_;
    return true;
}

void Destination::vacate() {
    const std::lock_guard lock{mutex_};
    --calls_;
}

std::optional<Connection> Destination::take_idle(Time now) {
    const std::lock_guard lock{mutex_};
    while (!idle_.empty()) {
        Idle newest = std::move(idle_.back());  // the others may age out meanwhile
        idle_.pop_back();
        if (now - newest.since <= limits_.idle_for && newest.connection.is_quiet()) return std::move(newest.connection);
    }
    return std::nullopt;
}

void Destination::keep_idle(Connection connection, Time now) {
    const std::lock_guard lock{mutex_};
    while (!idle_.empty() && now - idle_.front().since > limits_.idle_for) idle_.pop_front();
    if (idle_.size() >= limits_.most_idle_connections) idle_.pop_front();
    idle_.push_back({std::move(connection), now});
}

Poco::Net::Session::Ptr Destination::session(Time now) const {
    const std::lock_guard lock{mutex_};
    return now - session_since_ <= limits_.session_for ? session_ : nullptr;
}

void Destination::keep_session(Poco::Net::Session::Ptr session, Handshake handshake, Time now) {
    if (!session) return;
    const std::lock_guard lock{mutex_};
    session_ = std::move(session);
    if (handshake == Handshake::full) session_since_ = now;
}

bool Destination::is_forgettable(Time now) const {
    const std::lock_guard lock{mutex_};
    const bool in_use = calls_ > 0 || (!idle_.empty() && now - idle_.back().since <= limits_.idle_for);
    return !in_use && breaker_.state(now) == CircuitBreaker::State::closed;
}

}  // namespace whatsflow::net
