#include "web/rate_limiter.hpp"

#include <algorithm>
#include <cmath>
#include <list>
#include <mutex>
#include <unordered_map>
#include <utility>

namespace whatsflow::web {

const Rate& RateLimits::of(sdk::RateClass rate_class) const {
    switch (rate_class) {
        case sdk::RateClass::pages: return pages;
        case sdk::RateClass::api: return api;
        case sdk::RateClass::evaluate: return evaluate;
        case sdk::RateClass::capture: return capture;
        case sdk::RateClass::webhooks: return webhooks;
        case sdk::RateClass::login: return login;
    }
    return pages;
}

struct RateLimiter::Bucket {
    std::string key;
    double tokens = 0;
    double burst = 0;
    double spent = 0;  ///< since the others were told
    std::chrono::steady_clock::time_point refilled_at;
};

struct RateLimiter::Shard {
    std::mutex mutex;
    std::list<Bucket> buckets;  ///< the latest used first
    std::unordered_map<std::string_view, std::list<Bucket>::iterator> by_key;
};

RateLimiter::RateLimiter(RateLimits limits, Now now, std::size_t most_clients)
    : now_(std::move(now)), most_per_shard_(std::max<std::size_t>(1, most_clients / kShards)) {
    for (auto& shard : shards_) shard = std::make_unique<Shard>();
    set_limits(limits);
}

RateLimiter::~RateLimiter() = default;

void RateLimiter::set_limits(const RateLimits& limits) noexcept {
    for (std::size_t i = 0; i < rates_.size(); ++i) {
        const Rate& rate = limits.of(static_cast<sdk::RateClass>(i));
        rates_[i].per_second = rate.per_second;
        rates_[i].burst = rate.burst > 0 ? rate.burst : 2 * rate.per_second;
    }
}

RateLimiter::Shard& RateLimiter::shard_of(std::string_view key) {
    return *shards_[std::hash<std::string_view>{}(key) % kShards];
}

/// The caller holds the shard's lock.
RateLimiter::Bucket& RateLimiter::bucket_of(Shard& shard, std::string key, double burst) {
    auto found = shard.by_key.find(key);
    if (found == shard.by_key.end()) {
        if (shard.buckets.size() >= most_per_shard_) {
            shard.by_key.erase(shard.buckets.back().key);
            shard.buckets.pop_back();
        }
        shard.buckets.push_front({std::move(key), burst, burst, 0, now_()});
        found = shard.by_key.emplace(shard.buckets.front().key, shard.buckets.begin()).first;
    } else {
        shard.buckets.splice(shard.buckets.begin(), shard.buckets, found->second);
    }
    return *found->second;
}

std::optional<std::chrono::seconds> RateLimiter::take(sdk::RateClass rate_class, std::string_view client,
                                                      double factor) {
    const auto& rate = rates_[static_cast<std::size_t>(rate_class)];
    const double per_second = rate.per_second * factor;
    if (per_second <= 0) return std::nullopt;
    const double burst = std::max(1.0, rate.burst * factor);

    std::string key(1, static_cast<char>('0' + static_cast<int>(rate_class)));
    key.append(client);
    auto& shard = shard_of(key);
    const std::lock_guard lock(shard.mutex);
    auto& bucket = bucket_of(shard, std::move(key), burst);
    const auto now = now_();
    const double waited = std::max(0.0, std::chrono::duration<double>(now - bucket.refilled_at).count());
    bucket.tokens = std::min(burst, bucket.tokens + waited * per_second);
    bucket.burst = burst;
    bucket.refilled_at = now;
    if (bucket.tokens >= 1) {
        bucket.tokens -= 1;
        bucket.spent += 1;
        return std::nullopt;
    }
    const double missing = (1 - bucket.tokens) / per_second;
    return std::chrono::seconds(std::max<long long>(1, std::llround(std::ceil(missing))));
}

std::vector<RateLimiter::Spent> RateLimiter::spent_since_last(std::size_t most) {
    std::vector<Spent> all;
    for (const auto& shard : shards_) {
        const std::lock_guard lock(shard->mutex);
        for (auto& bucket : shard->buckets)
            if (bucket.spent > 0) all.push_back({bucket.key, std::exchange(bucket.spent, 0)});
    }
    const auto more = [](const Spent& one, const Spent& other) { return one.tokens > other.tokens; };
    const auto kept = all.begin() + static_cast<std::ptrdiff_t>(std::min(most, all.size()));
    std::partial_sort(all.begin(), kept, all.end(), more);
    all.erase(kept, all.end());
    return all;
}

void RateLimiter::spend(const Spent& elsewhere) {
    const auto rate_class = elsewhere.key.empty() ? rates_.size() : static_cast<std::size_t>(elsewhere.key[0] - '0');
    if (rate_class >= rates_.size() || !(elsewhere.tokens > 0)) return;
    if (rates_[rate_class].per_second <= 0) return;
    auto& shard = shard_of(elsewhere.key);
    const std::lock_guard lock(shard.mutex);
    auto& bucket = bucket_of(shard, elsewhere.key, rates_[rate_class].burst);
    bucket.tokens = std::max(-bucket.burst, bucket.tokens - elsewhere.tokens);
}

std::size_t RateLimiter::clients() const {
    std::size_t count = 0;
    for (const auto& shard : shards_) {
        const std::lock_guard lock(shard->mutex);
        count += shard->buckets.size();
    }
    return count;
}

}  // namespace whatsflow::web
