/// \file
/// Sessions that were looked up a moment ago, by the digest of their token.
///
/// A revoked session must not come back: who reads one from the database takes the cache's
/// `mark` before, and what was forgotten since then makes `remember` do nothing.
#pragma once

#include <whatsflow/sdk/sessions.hpp>

#include <array>
#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

namespace whatsflow::sessions {

/// [thread-safe]
class SessionCache {
public:
    SessionCache(sdk::Milliseconds longest, std::size_t most) : longest_(longest), most_per_shard_(most / kShards) {}

    /// What was remembered less than `longest` ago.
    [[nodiscard]] std::optional<sdk::Session> find(const std::string& digest, sdk::Instant now);
    [[nodiscard]] std::uint64_t mark() const noexcept { return forgotten_.load(); }
    void remember(const std::string& digest, const sdk::Session& session, sdk::Instant now, std::uint64_t mark);
    /// True for the one caller that shall write down that the session was used just now.
    [[nodiscard]] bool note_use(const std::string& digest, sdk::Instant now, sdk::Milliseconds exactness);
    void forget(const std::string& session_id);
    void forget_all();

private:
    static constexpr std::size_t kShards = 8;
    struct Known {
        sdk::Session session;
        sdk::Instant read_at;
    };
    struct Shard {
        std::mutex mutex;
        std::unordered_map<std::string, Known> by_digest;
    };

    Shard& shard_of(const std::string& digest) { return shards_[std::hash<std::string>{}(digest) % kShards]; }

    const sdk::Milliseconds longest_;
    const std::size_t most_per_shard_;
    std::atomic<std::uint64_t> forgotten_{0};
    std::array<Shard, kShards> shards_;
};

}  // namespace whatsflow::sessions
