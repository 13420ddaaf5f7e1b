/// \file
/// What every call across the plugin line knows about why it is made.
#pragma once

#include <whatsflow/sdk/id.hpp>

#include <chrono>
#include <string>

namespace whatsflow::sdk {

/// Passed down unchanged. A callee gives up by itself when the deadline has passed; the
/// host's HTTPS client and database do so when they are given the context.
struct CallContext {
    using Deadline = std::chrono::steady_clock::time_point;

    std::string request_id;  ///< appears in logs, error pages and outgoing requests
    TenantId tenant;         ///< empty when the call is not on behalf of one
    Deadline deadline = Deadline::max();

    /// Time left, never negative; a day when there is no deadline.
    std::chrono::milliseconds remaining() const;
    bool expired() const { return remaining().count() == 0; }
};

}  // namespace whatsflow::sdk
