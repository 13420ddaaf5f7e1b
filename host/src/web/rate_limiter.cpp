#include "web/rate_limiter.hpp"

#include <algorithm>
#include <cmath>
#include <list>
#include <mutex>
#include <unordered_map>

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

struct RateLimiter::Shard {
    struct Bucket {
        std::string key;
        double tokens = 0;
        std::chrono::steady_clock::time_point refilled_at;
    };

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

std::optional<std::chrono::seconds> RateLimiter::take(sdk::RateClass rate_class, std::string_view client,
                                                      double factor) {
    const auto& rate = rates_[static_cast<std::size_t>(rate_class)];
    const double per_second = rate.per_second * factor;
    if (per_second <= 0) return std::nullopt;
    const double burst = std::max(1.0, rate.burst * factor);

    std::string key(1, static_cast<char>('0' + static_cast<int>(rate_class)));
    key.append(client);
    const auto now = now_();
    auto& shard = *shards_[std::hash<std::string_view>{}(key) % kShards];
    const std::lock_guard lock(shard.mutex);

    auto found = shard.by_key.find(key);
    if (found == shard.by_key.end()) {
        if (shard.buckets.size() >= most_per_shard_) {
            shard.by_key.erase(shard.buckets.back().key);
            shard.buckets.pop_back();
        }
        shard.buckets.push_front({std::move(key), burst, now});
        found = shard.by_key.emplace(shard.buckets.front().key, shard.buckets.begin()).first;
    } else {
        shard.buckets.splice(shard.buckets.begin(), shard.buckets, found->second);
    }

    auto& bucket = *found->second;
    const double waited = std::max(0.0, std::chrono::duration<double>(now - bucket.refilled_at).count());
    bucket.tokens = std::min(burst, bucket.tokens + waited * per_second);
    bucket.refilled_at = now;
    if (bucket.tokens >= 1) {
        bucket.tokens -= 1;
        return std::nullopt;
    }
    const double missing = (1 - bucket.tokens) / per_second;
    return std::chrono::seconds(std::max<long long>(1, std::llround(std::ceil(missing))));
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
