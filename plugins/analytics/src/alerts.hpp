/// \file
/// A number that is watched: staff are told when it crosses a bound, once each time.
///
/// The number is that of the last hours up to now. It counts as crossed until it is back on the other
/// side of the bound, so that a number which stays beyond it tells nobody twice.
#pragma once

#include "sites.hpp"
#include "store_in_use.hpp"

namespace whatsflow::analytics {

struct Alert {
    std::string id;
    std::string name;
    std::string metric;  ///< events, views, visits, visitors
    std::string event;   ///< only of this name; empty: all
    std::string site;    ///< its id; empty: all sites of the platform
    std::int64_t hours = 24;
    bool is_above = false;  ///< tells when the number is above the bound; else when it is below
    std::int64_t bound = 0;
    bool is_crossed = false;
    std::int64_t value = 0;       ///< when it was last looked at
    std::int64_t checked_at = 0;  ///< 0: never yet
};

inline constexpr const char* kAlertMetrics[] = {"events", "views", "visits", "visitors"};
inline constexpr std::size_t kMostAlerts = 100;

/// By name.
sdk::Result<std::vector<Alert>> alerts_of(sdk::SqlExecutor& where, const sdk::CallContext& context);
sdk::Result<void> add_alert(sdk::SqlExecutor& where, const sdk::CallContext& context, const Alert& alert,
                            sdk::Instant now);

class Watch {
public:
    Watch(sdk::Host& host, const Sites& sites, const StoreInUse& store) : host_(host), sites_(sites), store_(store) {}

    /// [job-thread] Looks at every alert. One that cannot be told is tried again.
    sdk::Result<void> run(const sdk::CallContext& context);

private:
    sdk::Result<std::int64_t> value_of(const sdk::CallContext& context, const Alert& alert,
                                       const std::vector<ListedSite>& sites) const;
    sdk::Result<void> tell(const sdk::CallContext& context, const Alert& alert, std::int64_t value) const;
    sdk::Result<void> look_at(const sdk::CallContext& context, const Alert& alert,
                              const std::vector<ListedSite>& sites) const;

    sdk::Host& host_;
    const Sites& sites_;
    const StoreInUse& store_;
};

/// The job that watches.
sdk::Result<void> register_watch(sdk::Host& host, Watch& watch);

}  // namespace whatsflow::analytics
