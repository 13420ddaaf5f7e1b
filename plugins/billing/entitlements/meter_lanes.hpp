/// \file
/// Counting against a limit, fast and exact: who asks for the same meter of a tenant at the same
/// time stands in one lane, and one of them counts for all who wait, in one transaction.
///
/// The counter's row is locked first, then everything is decided in order and written; nobody is
/// answered before the commit. So a limit holds over any number of hosts, an answer survives a kill,
/// and the price of a commit is shared by all who stand in the lane.
///
/// The engine counts in the same rows, under the same lock: see store/account_store.hpp.
#pragma once

#include "grants.hpp"

#include <whatsflow/sdk/entitlements.hpp>

#include <condition_variable>
#include <deque>

namespace whatsflow::billing {

/// One wish: units to use, or to hold back as a reservation.
struct Demand {
    std::int64_t units = 1;
    std::string event;        ///< empty: no two are the same
    std::string reservation;  ///< its new id: hold back instead of using
    sdk::Instant until{};
    std::optional<sdk::Result<sdk::Consumption>> answer{};  ///< written by whoever serves it, without the lane's lock
    bool is_served = false;                                 ///< under the lane's lock: the answer may be read
};

class MeterLanes {
public:
    MeterLanes(Transitions& transitions, Grants& grants) : transitions_(transitions), grants_(grants) {}

    sdk::Result<sdk::Consumption> serve(const sdk::CallContext& context, const TenantId& tenant,
                                        const std::string& meter, Demand demand);
    sdk::Result<sdk::MeterStanding> standing(const sdk::CallContext& context, const TenantId& tenant,
                                             const std::string& meter);
    /// The end of a reservation: `units` of it are used, the rest is free.
    sdk::Result<sdk::Consumption> commit(const sdk::CallContext& context, const TenantId& tenant,
                                         const std::string& reservation, std::int64_t units);
    sdk::Result<void> release(const sdk::CallContext& context, const TenantId& tenant, const std::string& reservation);
    /// Gives back what nobody came for. How many.
    sdk::Result<int> release_expired(const sdk::CallContext& context);

private:
    struct Lane {
        std::mutex mutex;
        std::condition_variable moved;
        std::deque<Demand*> line;
        bool served = false;
    };
    using Batch = std::vector<Demand*>;

    std::shared_ptr<Lane> lane_of(const TenantId& tenant, const std::string& meter);
    void serve_batch(const sdk::CallContext& own, const std::string& meter, const Batch& batch);
    /// Nothing: the grant is out of date. An error is everybody's.
    sdk::Result<bool> count(const sdk::CallContext& own, const std::string& meter, const Grant& grant,
                            const UsageCounter& counter, const Batch& batch);
    sdk::Result<void> open(const sdk::CallContext& own, const std::string& meter);

    Transitions& transitions_;
    Grants& grants_;
    std::mutex mutex_;
    std::map<std::pair<std::string, std::string>, std::weak_ptr<Lane>> lanes_;
};

/// Whether usage is taken at all, whatever the limit. Ok, or the error to answer.
sdk::Result<void> may_count(const Grant& grant, const std::string& meter, std::int64_t units);
/// The part of it that is about the account alone.
sdk::Result<void> may_use(const Grant& grant);
sdk::MeterStanding standing_of(const Grant& grant, const Meter& meter, const UsageCounter& counter);

}  // namespace whatsflow::billing
