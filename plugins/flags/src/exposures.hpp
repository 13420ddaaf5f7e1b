/// \file
/// Who got which variant, told to analytics: for flags with impression data only.
///
/// Noting one is a look into memory under a short lock, for flags that want it; all else happens a second
/// later on a background thread. What is more than memory may hold is dropped and counted: an answer never
/// waits. Each is told once a day, also by several hosts and after a restart: the database remembers.
///
/// An answer to one question is an exposure; all flags answered at once are not, since nobody knows which of
/// them will be used. Those clients count by themselves.
#pragma once

#include <whatsflow/sdk/host.hpp>

#include <atomic>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace whatsflow::flags {

class Exposures {
public:
    static constexpr std::size_t kMostWaiting = 10'000;
    static constexpr std::size_t kMostRemembered = 200'000;

    explicit Exposures(sdk::Host& host) : host_(host) {}

    /// [any thread, the loop included]
    void note(std::string_view environment, std::string_view flag, std::string_view variant, std::string_view person);
    /// [background thread] Writes what waits. What cannot be written waits on, up to the bound.
    void tell();
    /// How many were dropped since the start.
    std::uint64_t dropped() const { return dropped_; }

private:
    struct Exposure {
        std::string environment, flag, variant, person;
        sdk::Instant at{};
    };
    sdk::Result<void> write(const std::vector<Exposure>& told);
    void forget_old_days(const sdk::CallContext& context);

    sdk::Host& host_;
    std::mutex mutex_;
    std::vector<Exposure> waiting_;
    std::unordered_set<std::uint64_t> noted_;  ///< of `day_`, as hashes
    std::int64_t day_ = 0;
    std::int64_t tidied_ = 0;
    std::atomic<std::uint64_t> dropped_ = 0;
    std::uint64_t dropped_said_ = 0;
};

}  // namespace whatsflow::flags
