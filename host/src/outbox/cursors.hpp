/// \file
/// How far each subscriber is, and who serves it: table core_outbox_cursors.
///
/// A host takes a subscriber's lease before it delivers. Each taking raises the number in the
/// row; moving the cursor needs that number, so a host that was too slow changes nothing.
#pragma once

#include "outbox/event_log.hpp"

#include <optional>

namespace whatsflow::outbox {

struct Lease {
    std::string subscriber;
    std::int64_t number = 0;
    std::int64_t position = 0;
    sdk::Instant until{};
};

/// [thread-safe]
class Cursors {
public:
    /// `owner` is this process among all hosts.
    Cursors(sdk::Database& database, const sdk::Clock& clock, std::string owner, sdk::Milliseconds lease)
        : database_(database), clock_(clock), owner_(std::move(owner)), lease_(lease) {}

    /// Makes the cursor when there is none: behind everything that is committed now.
    sdk::Result<void> ensure(const sdk::CallContext& context, EventLog& log, const std::string& subscriber,
                             const std::string& type);

    /// Nothing while another host has it. Taking one's own again prolongs it.
    sdk::Result<std::optional<Lease>> take(const sdk::CallContext& context, const std::string& subscriber);
    /// False when the lease was lost or the cursor is not where it says. In a transaction: from
    /// here to its end nobody else moves it.
    sdk::Result<bool> move(sdk::SqlExecutor& where, const sdk::CallContext& context, const Lease& lease,
                           std::int64_t position);
    /// Lets another host go on at once.
    sdk::Result<void> hand_back(const sdk::CallContext& context, const Lease& lease);

    sdk::Milliseconds lease_time() const noexcept { return lease_; }

private:
    sdk::Database& database_;
    const sdk::Clock& clock_;
    const std::string owner_;
    const sdk::Milliseconds lease_;
};

}  // namespace whatsflow::outbox
