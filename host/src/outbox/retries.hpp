/// \file
/// What a subscriber could not handle: table core_outbox_retries.
///
/// The earliest open row of a tenant is tried again when its time comes; later events of that
/// tenant wait behind it, other tenants go on. After the last attempt it is parked, as a dead
/// letter, and the next one has its turn. Events of no tenant wait for nobody.
#pragma once

#include "background/back_off.hpp"
#include "outbox/stored_event.hpp"

#include <set>
#include <vector>

namespace whatsflow::outbox {

struct Retry {
    std::string id;
    int attempts = 0;
    StoredEvent event;
};

struct RetryPlan {
    int most_attempts = 12;
    background::BackOff pause{};
};

/// [thread-safe] The caller has the subscriber's lease.
class Retries {
public:
    Retries(sdk::Database& database, const sdk::Clock& clock, RetryPlan plan)
        : database_(database), clock_(clock), plan_(plan) {}

    /// Tenants that have an event to be tried again: their new ones wait.
    sdk::Result<std::set<std::string>> held_up(const sdk::CallContext& context, const std::string& subscriber);
    sdk::Result<std::vector<Retry>> due(const sdk::CallContext& context, const std::string& subscriber, int most);
    /// For each subscriber with something due.
    sdk::Result<std::set<std::string>> subscribers_due(const sdk::CallContext& context);

    /// After its first failure.
    sdk::Result<void> add_failed(sdk::SqlExecutor& where, const sdk::CallContext& context,
                                 const std::string& subscriber, const StoredEvent& event, const std::string& reason);
    /// Behind a failed one of the same tenant.
    sdk::Result<void> add_waiting(sdk::SqlExecutor& where, const sdk::CallContext& context,
                                  const std::string& subscriber, const StoredEvent& event);
    /// It was handled. False when it is not there as it was: another host was quicker.
    sdk::Result<bool> remove(sdk::Transaction& tx, const sdk::CallContext& context, const std::string& subscriber,
                             const Retry& retry);
    /// It failed again. Returns true when it is a dead letter now.
    sdk::Result<bool> put_off(const sdk::CallContext& context, const std::string& subscriber, const Retry& retry,
                              const std::string& reason);

private:
    sdk::Result<void> add(sdk::SqlExecutor& where, const sdk::CallContext& context, const std::string& subscriber,
                          const StoredEvent& event, int attempts, sdk::DbValue next_at, sdk::DbValue parked_at,
                          const std::string& reason);
    sdk::Result<void> let_next_go(sdk::Transaction& tx, const sdk::CallContext& context, const std::string& subscriber,
                                  const std::string& tenant);

    sdk::Database& database_;
    const sdk::Clock& clock_;
    const RetryPlan plan_;
};

}  // namespace whatsflow::outbox
