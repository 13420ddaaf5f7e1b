#include "data/session_pool.hpp"

#include <algorithm>

namespace whatsflow::data {
namespace {

DriverError unavailable(std::string detail) {
    return DriverError{Trouble::unavailable, 0, std::move(detail)};
}

}  // namespace

SessionPool::Lease::~Lease() {
    if (session_) pool_->give_back(std::move(session_), born_);
}

SessionPool::SessionPool(Options options, Connect connect)
    : options_(std::move(options)), connect_(std::move(connect)) {}

SessionPool::~SessionPool() {
    close();
}

Outcome<SessionPool::Lease> SessionPool::borrow(Deadline deadline) {
    auto taken = take(deadline);
    if (!taken) return taken.error();
    // The place is ours; from here on nobody else waits for what this thread does.
    auto& idle = *taken;
    if (!idle.session) return connect();
    const auto health = health_of(idle);
    if (health == Health::good || (health == Health::doubtful && idle.session->ping(deadline)))
        return Lease(*this, std::move(idle.session), idle.born);
    idle.session.reset();
    return connect();
}

/// Waits for a place; brings the session that goes with it, or none when one is to be made.
Outcome<SessionPool::Idle> SessionPool::take(Deadline deadline) {
    std::unique_lock lock(mutex_);
    if (closed_) return unavailable("the pool of sessions is closed");
    if (lent_ >= options_.sessions || !line_.empty()) {
        Waiter me;
        const auto place = line_.insert(line_.end(), &me);
        // std::min keeps wait_until away from time_point::max, which overflows in it.
        const auto until = std::min(deadline, std::chrono::steady_clock::now() + options_.longest_wait);
        if (!me.called.wait_until(lock, until, [&] { return me.may_go || closed_; })) {
            line_.erase(place);
            return unavailable("no session came free in time: all " + std::to_string(options_.sessions) +
                               " are in use");
        }
        if (!me.may_go) {
            line_.erase(place);
            return unavailable("the pool of sessions is closed");
        }
        // Who called us has already counted our place.
    } else {
        ++lent_;
    }
    if (idle_.empty()) return Idle{};
    auto latest = std::move(idle_.back());
    idle_.pop_back();
    return latest;
}

Outcome<SessionPool::Lease> SessionPool::connect() {
    const auto born = options_.now();
    try {
        auto made = connect_();
        if (made) return Lease(*this, std::move(*made), born);
        release_place();
        return made.error();
    } catch (...) {
        release_place();
        throw;
    }
}

SessionPool::Health SessionPool::health_of(const Idle& idle) const {
    const auto now = options_.now();
    if (now - idle.born > options_.max_lifetime || !idle.session->looks_alive()) return Health::spent;
    const std::lock_guard lock(mutex_);
    return now - idle.since > options_.trusted_idle || idle.born < doubtful_before_ ? Health::doubtful : Health::good;
}

void SessionPool::give_back(std::unique_ptr<Session> session, TimePoint born) noexcept {
    // A session in a transaction would hand it to a stranger.
    const bool lost = session->lost();
    const bool keep = !lost && !session->in_transaction();
    if (!keep) session.reset();
    const std::lock_guard lock(mutex_);
    const auto now = options_.now();
    if (lost) doubtful_before_ = now;
    if (keep && !closed_) idle_.push_back(Idle{std::move(session), born, now});
    --lent_;
    call_next();
}

void SessionPool::release_place() noexcept {
    const std::lock_guard lock(mutex_);
    --lent_;
    call_next();
}

void SessionPool::call_next() {
    if (line_.empty()) return;
    auto* const next = line_.front();
    line_.pop_front();
    ++lent_;
    next->may_go = true;
    next->called.notify_one();  // under the lock: the waiter lives on its thread's stack
}

void SessionPool::close() {
    std::deque<Idle> ended;  // destroyed after the lock: saying goodbye can take a round trip
    const std::lock_guard lock(mutex_);
    closed_ = true;
    ended.swap(idle_);
    for (auto* waiter : line_) waiter->called.notify_one();
}

SessionPool::Counts SessionPool::counts() const {
    const std::lock_guard lock(mutex_);
    return Counts{lent_ + idle_.size(), idle_.size(), line_.size()};
}

}  // namespace whatsflow::data
