#include "sessions/session_cache.hpp"

namespace whatsflow::sessions {

std::optional<sdk::Session> SessionCache::find(const std::string& digest, sdk::Instant now) {
    auto& shard = shard_of(digest);
    const std::lock_guard lock(shard.mutex);
    const auto found = shard.by_digest.find(digest);
    if (found == shard.by_digest.end()) return std::nullopt;
    const auto& known = found->second;
    // A clock that was set back must not keep a session for ever.
    if (now - known.read_at < longest_ && now >= known.read_at && now < known.session.expires_at) return known.session;
    shard.by_digest.erase(found);
    return std::nullopt;
}

void SessionCache::remember(const std::string& digest, const sdk::Session& session, sdk::Instant now,
                            std::uint64_t mark) {
    auto& shard = shard_of(digest);
    const std::lock_guard lock(shard.mutex);
    // forget() counts first and then looks through the shards: one of us two sees the other.
    if (forgotten_.load() != mark) return;
    if (shard.by_digest.size() >= most_per_shard_) {
        std::erase_if(shard.by_digest, [&](const auto& entry) { return now - entry.second.read_at >= longest_; });
        if (shard.by_digest.size() >= most_per_shard_) shard.by_digest.clear();
    }
    shard.by_digest.insert_or_assign(digest, Known{session, now});
}

bool SessionCache::note_use(const std::string& digest, sdk::Instant now, sdk::Milliseconds exactness) {
    auto& shard = shard_of(digest);
    const std::lock_guard lock(shard.mutex);
    const auto found = shard.by_digest.find(digest);
    if (found == shard.by_digest.end() || now - found->second.session.seen_at < exactness) return false;
    found->second.session.seen_at = now;
    return true;
}

void SessionCache::forget(const std::string& session_id) {
    forgotten_.fetch_add(1);
    for (auto& shard : shards_) {
        const std::lock_guard lock(shard.mutex);
        std::erase_if(shard.by_digest, [&](const auto& entry) { return entry.second.session.id == session_id; });
    }
}

void SessionCache::forget_all() {
    forgotten_.fetch_add(1);
    for (auto& shard : shards_) {
        const std::lock_guard lock(shard.mutex);
        shard.by_digest.clear();
    }
}

}  // namespace whatsflow::sessions
