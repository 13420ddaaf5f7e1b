/// \file
/// How often one client may ask, by class of route: token buckets in bounded memory.
///
/// A bucket holds `burst` tokens, refills at `per_second`, and a request takes one. Buckets
/// are spread over shards with a lock each; the one that was idle longest makes room for a
/// new client, so an attacker with many addresses costs a fixed amount of memory.
#pragma once

#include <whatsflow/sdk/http.hpp>

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace whatsflow::web {

struct Rate {
    double per_second = 0;  ///< 0: no limit
    double burst = 0;       ///< 0: twice per_second
};

struct RateLimits {
    Rate pages{100, 200};
    Rate api{100, 200};
    Rate evaluate{};
    Rate capture{};
    Rate webhooks{200, 400};
    Rate login{5, 60};

    [[nodiscard]] const Rate& of(sdk::RateClass rate_class) const;
};

class RateLimiter {
public:
    using Now = std::function<std::chrono::steady_clock::time_point()>;

    RateLimiter(RateLimits limits, Now now, std::size_t most_clients = 65'536);
    ~RateLimiter();

    /// Takes a token. Nothing when there was one, else the time until there is one again.
    /// `factor` scales rate and burst, for keys that stand for several clients. [thread-safe]
    [[nodiscard]] std::optional<std::chrono::seconds> take(sdk::RateClass rate_class, std::string_view client,
                                                           double factor = 1);
    [[nodiscard]] std::size_t clients() const;

    /// What one client took, under the name its bucket has on every node.
    struct Spent {
        std::string key;
        double tokens = 0;
    };
    /// Of the buckets that were used since the last call, the `most` most used. [thread-safe]
    [[nodiscard]] std::vector<Spent> spent_since_last(std::size_t most);
    /// Takes what a client spent elsewhere, down to a debt of one burst. [thread-safe]
    void spend(const Spent& elsewhere);
    /// From the next request on. [thread-safe]
    void set_limits(const RateLimits& limits) noexcept;

private:
    struct Shard;
    struct Bucket;
    Bucket& bucket_of(Shard& shard, std::string key, double burst);
    Shard& shard_of(std::string_view key);
    static constexpr std::size_t kShards = 16;

    struct CurrentRate {
        std::atomic<double> per_second{0};
        std::atomic<double> burst{0};
    };
    std::array<CurrentRate, 6> rates_;  ///< by class
    Now now_;
    std::size_t most_per_shard_;
    std::array<std::unique_ptr<Shard>, kShards> shards_;
};

}  // namespace whatsflow::web
