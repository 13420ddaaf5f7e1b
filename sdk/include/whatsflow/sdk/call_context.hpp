/// \file
/// What every call across the plugin line knows about why it is made.
#pragma once

#include <whatsflow/sdk/id.hpp>

#include <chrono>
#include <string>
#include <utility>

namespace whatsflow::sdk {

/// Passed down unchanged. A callee gives up by itself when the deadline has passed; the
/// host's HTTPS client and database do so when they are given the context.
struct CallContext {
    using Deadline = std::chrono::steady_clock::time_point;

    std::string request_id;  ///< appears in logs, error pages and outgoing requests
    TenantId tenant;         ///< empty when the call is not on behalf of one; `:tenant` in SQL
    Deadline deadline = Deadline::max();
    /// Why this call may read or change rows of several tenants; empty: it may not. Set it
    /// with across_tenants() only, so that a review finds each crossing.
    std::string crossing{};

    /// Time left, never negative; a day when there is no deadline.
    std::chrono::milliseconds remaining() const;
    bool expired() const { return remaining().count() == 0; }
};

/// A copy of the context whose statements may look at all tenants. `reason` is a few words
/// that the log shows with the statement, such as `admin.tenants.list`. For staff pages whose
/// route has a staff permission, for jobs of the platform, and for sign-in, where nobody is
/// known yet; never for a page of a tenant.
inline CallContext across_tenants(CallContext context, std::string reason) {
    context.crossing = std::move(reason);
    return context;
}

/// A copy of the context on behalf of one tenant, such as in a job.
inline CallContext on_behalf_of(CallContext context, TenantId tenant) {
    context.tenant = std::move(tenant);
    context.crossing.clear();
    return context;
}

}  // namespace whatsflow::sdk
