/// \file
/// What this node tells the others and hears from them: live updates, and whose session changed.
/// Alone, without Redis, it is the only node there is.
#pragma once

#include "cluster/redis_signals.hpp"
#include "realtime/publisher.hpp"
#include "sessions/session_store.hpp"

#include <memory>
#include <vector>

namespace whatsflow::boot {

class Core;

/// Topic: a session was changed or ended; the text is its id.
inline constexpr const char* kSessionChanged = "sessions.changed";

/// Topic: what clients took of their rate limits; the text is for web::SharedLimits.
inline constexpr const char* kLimitsSpent = "limits.spent";

class Neighbours {
public:
    /// Error `config.bad_redis_url`. Only a server speaks to other nodes, a command does not.
    static sdk::Result<std::unique_ptr<Neighbours>> make(Core& core, sessions::SessionStore& sessions);
    ~Neighbours();
    Neighbours(const Neighbours&) = delete;
    Neighbours& operator=(const Neighbours&) = delete;

    cluster::Signals& signals() { return *signals_; }
    realtime::Publisher& realtime() { return *realtime_; }

    [[nodiscard]] std::size_t nodes() const { return redis_ ? redis_->nodes() : 1; }
    /// `not used`, `connected` or `away`.
    [[nodiscard]] std::string_view redis_state() const;

private:
    Neighbours(std::unique_ptr<cluster::Signals> signals, const cluster::RedisSignals* redis,
               sessions::SessionStore& sessions);

    std::unique_ptr<cluster::Signals> signals_;
    const cluster::RedisSignals* redis_;  ///< the same object, when it speaks to Redis
    std::unique_ptr<realtime::Publisher> realtime_;
    sessions::SessionStore& sessions_;
    std::vector<sdk::Registration> hearing_;
};

}  // namespace whatsflow::boot
