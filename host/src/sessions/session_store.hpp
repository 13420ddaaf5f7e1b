/// \file
/// Sessions of people in the database, with what was read a moment ago in memory.
///
///     SessionStore sessions(database, clock, log);
///     sessions.on_change([&](const std::string& id) { tell_other_hosts(id); });
///     …
///     sessions.invalidate(id);            // another host has changed or ended it
///
/// A session ends after 12 hours without use (30 days when it is remembered), and 90 days
/// after it began whatever happens.
#pragma once

#include "sessions/session_cache.hpp"

#include <whatsflow/sdk/database.hpp>
#include <whatsflow/sdk/logger.hpp>
#include <whatsflow/sdk/sessions.hpp>

#include <functional>
#include <mutex>

namespace whatsflow::sessions {

/// [thread-safe] Everything referred to outlives it.
class SessionStore final : public sdk::Sessions {
public:
    SessionStore(sdk::Database& database, const sdk::Clock& clock, sdk::Logger& log);

    sdk::Result<sdk::StartedSession> start(const sdk::CallContext& context,
                                           const sdk::SessionRequest& request) override;
    sdk::Result<std::optional<sdk::Session>> find(const sdk::CallContext& context, sdk::Site site,
                                                  const std::string& token) override;
    sdk::Result<sdk::StartedSession> rotate(const sdk::CallContext& context, const std::string& session_id) override;
    sdk::Result<void> change(const sdk::CallContext& context, const std::string& session_id, sdk::TenantId tenant,
                             const nlohmann::json& facts) override;
    sdk::Result<std::vector<sdk::Session>> list(const sdk::CallContext& context, sdk::Site site,
                                                const std::string& subject) override;
    sdk::Result<void> revoke(const sdk::CallContext& context, const std::string& session_id) override;
    sdk::Result<int> revoke_all(const sdk::CallContext& context, sdk::Site site, const std::string& subject,
                                const std::string& kept) override;

    /// Forgets what is remembered of one session: it was changed elsewhere.
    void invalidate(const std::string& session_id) { cache_.forget(session_id); }
    /// The same for all, after a time without news of other hosts.
    void invalidate_all() { cache_.forget_all(); }
    /// Called with the id of each session that this host changed or ended, after it is done.
    void on_change(std::function<void(const std::string& session_id)> action);
    /// Deletes those that ended, a few hundred at a time. [background thread]
    sdk::Result<std::int64_t> purge(const sdk::CallContext& context);

private:
    void note_use(const sdk::CallContext& context, const std::string& digest, const sdk::Session& session,
                  sdk::Instant now);
    void changed(const std::string& session_id);

    sdk::Database& database_;
    const sdk::Clock& clock_;
    sdk::Logger& log_;
    SessionCache cache_;
    std::mutex action_mutex_;
    std::function<void(const std::string&)> action_;
};

}  // namespace whatsflow::sessions
