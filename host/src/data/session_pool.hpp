/// \file
/// The sessions of the process: a fixed number, lent in turn, waited for until a deadline.
///
///     auto lease = pool.borrow(deadline);
///     if (!lease) …                        // database.unavailable
///     (*lease)->query(…);                  // given back when the lease ends
///
/// Borrowers are served in the order they came. What came back last is lent first: its pages and statements are
/// at hand, and those of sessions that few moments need are not kept too. One that was idle for long is asked whether
/// it lives before it is lent. Connecting and asking happen outside the lock: one slow connect stalls nobody else.
/// Lost, old and silent sessions are replaced.
#pragma once

#include "data/session.hpp"

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <list>
#include <memory>
#include <mutex>

namespace whatsflow::data {

/// [thread-safe] Outlives its leases.
class SessionPool {
public:
    using Now = std::function<std::chrono::steady_clock::time_point()>;
    using Connect = std::function<Outcome<std::unique_ptr<Session>>()>;

    struct Options {
        std::size_t sessions = 8;
        std::chrono::milliseconds longest_wait{5000};  ///< for callers without a deadline
        std::chrono::milliseconds max_lifetime{30 * 60 * 1000};
        std::chrono::milliseconds trusted_idle{30'000};  ///< idle longer is asked before it is lent
        Now now = &std::chrono::steady_clock::now;
    };

    /// A session on loan.
    class Lease {
    public:
        Lease(Lease&&) noexcept = default;
        Lease& operator=(Lease&&) = delete;
        ~Lease();
        Session* operator->() const noexcept { return session_.get(); }
        Session& operator*() const noexcept { return *session_; }

    private:
        friend class SessionPool;
        using TimePoint = std::chrono::steady_clock::time_point;
        Lease(SessionPool& pool, std::unique_ptr<Session> session, TimePoint born)
            : pool_(&pool), session_(std::move(session)), born_(born) {}

        SessionPool* pool_;
        std::unique_ptr<Session> session_;
        TimePoint born_;
    };

    struct Counts {
        std::size_t open = 0;
        std::size_t idle = 0;
        std::size_t waiting = 0;
    };

    SessionPool(Options options, Connect connect);
    ~SessionPool();

    [[nodiscard]] Outcome<Lease> borrow(Deadline deadline);
    /// Ends the idle sessions and refuses borrowers; those on loan end when they come back.
    void close();
    [[nodiscard]] Counts counts() const;

private:
    using TimePoint = std::chrono::steady_clock::time_point;
    struct Idle {
        std::unique_ptr<Session> session;
        TimePoint born;
        TimePoint since;
    };
    struct Waiter {
        std::condition_variable called;
        bool may_go = false;
    };
    enum class Health { good, doubtful, spent };

    Outcome<Idle> take(Deadline deadline);
    Outcome<Lease> connect();
    [[nodiscard]] Health health_of(const Idle& idle) const;
    void give_back(std::unique_ptr<Session> session, TimePoint born) noexcept;
    void release_place() noexcept;
    void call_next();

    const Options options_;
    const Connect connect_;

    mutable std::mutex mutex_;
    std::deque<Idle> idle_;  // front: longest idle
    std::list<Waiter*> line_;
    std::size_t lent_ = 0;         // places taken: sessions on loan, being made or being asked
    TimePoint doubtful_before_{};  // after a loss every older session is asked first
    bool closed_ = false;
};

}  // namespace whatsflow::data
