/// \file
/// Due work of all accounts: claimed in batches, so that several hosts share it; one that cannot be
/// run is parked with the reason, and everybody else is served.
#pragma once

#include "provider_calls.hpp"

#include <set>

namespace whatsflow::billing {

struct RunReport {
    std::int64_t accounts = 0, jobs = 0, parked = 0;
};

class Runner {
public:
    /// More steps than any honest backlog of one account has: it is parked.
    static constexpr int kMostSteps = 2'000;

    Runner(Transitions& transitions, ProviderCalls& calls, int most_steps = kMostSteps)
        : transitions_(transitions), calls_(calls), most_steps_(most_steps) {}

    /// Everybody's due work, until nothing is due or the context's deadline is near.
    sdk::Result<RunReport> run_all(const sdk::CallContext& context, int workers);
    /// One tenant's, by its own clock.
    sdk::Result<RunReport> run_one(const sdk::CallContext& context, const TenantId& tenant);
    /// Moves a tenant's test clock forward, doing what is due on the way in order of time. Errors
    /// `billing.not_a_test` for an account that has documents of the real clock, `billing.clock_back`.
    sdk::Result<RunReport> advance(const sdk::CallContext& context, const TenantId& tenant, sdk::Instant to);

private:
    /// The last account that a worker has seen: it goes on behind it.
    struct Reached {
        sdk::Instant due_at{};
        std::string tenant;
    };
    sdk::Result<std::vector<sdk::Row>> find_due(const sdk::CallContext& all, sdk::Instant now, const Reached& reached);
    sdk::Result<std::vector<TenantId>> claim(const sdk::CallContext& context, const std::string& token,
                                             Reached& reached);
    /// One step of each in one transaction, with its charge. Those with nothing due any more; the
    /// others have to be drained.
    std::set<std::string> run_together(const sdk::CallContext& context, const std::vector<TenantId>& tenants);
    sdk::Result<int> drain(const sdk::CallContext& context, const TenantId& tenant, std::optional<sdk::Instant> to);
    sdk::Result<void> park(const sdk::CallContext& context, const TenantId& tenant, const sdk::Error& why);

    Transitions& transitions_;
    ProviderCalls& calls_;
    const int most_steps_;
};

}  // namespace whatsflow::billing
