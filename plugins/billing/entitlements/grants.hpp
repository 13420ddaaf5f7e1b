/// \file
/// What the account of a tenant grants, resolved once and kept in memory.
#pragma once

#include "running/transitions.hpp"

#include <map>
#include <memory>
#include <mutex>

namespace whatsflow::billing {

/// One look at an account: right as long as its version is `version`.
struct Grant {
    std::int64_t version = 0;
    std::shared_ptr<const Catalogue> catalogue;
    std::optional<Subscription> live;  ///< nothing: no plan
    std::string time_zone;
    sdk::Instant watermark{};
    std::optional<sdk::Instant> test_now;
    std::vector<UsageCounter> counters;  ///< of the live subscription

    Access access() const { return live ? access_of(*live) : Access::none; }
    bool has(std::string_view feature) const;
    sdk::Instant now(const sdk::Clock& clock) const { return std::max(test_now.value_or(clock.now()), watermark); }
    const UsageCounter* open_counter(const std::string& meter, LocalDate day) const;
};

/// [thread-safe; pool- or job-thread]
class Grants {
public:
    explicit Grants(Transitions& transitions) : transitions_(transitions) {}

    /// At most two seconds behind another host. While the database is away what was known holds for
    /// ten minutes.
    sdk::Result<std::shared_ptr<const Grant>> get(const sdk::CallContext& context, const TenantId& tenant);
    /// Read now.
    sdk::Result<std::shared_ptr<const Grant>> fresh(const sdk::CallContext& context, const TenantId& tenant);
    void forget(const TenantId& tenant);

private:
    struct Kept {
        std::shared_ptr<const Grant> grant;
        std::chrono::steady_clock::time_point seen_at{};
    };
    std::optional<Kept> find(const TenantId& tenant);
    void keep(const TenantId& tenant, std::shared_ptr<const Grant> grant);
    bool holds(const sdk::Row& row, const Grant& grant) const;

    Transitions& transitions_;
    std::mutex mutex_;
    std::map<std::string, Kept> kept_;
};

}  // namespace whatsflow::billing
