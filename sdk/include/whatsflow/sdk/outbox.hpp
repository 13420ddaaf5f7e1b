/// \file
/// Events that may not be lost: written in the publisher's own transaction.
///
///     database.transaction(context, [&](Transaction& tx) -> Result<void> {
///         …                                                    // the change itself
///         return record(host.outbox(), tx, context, UserInvited{id, email}, tenant);
///     });
///
///     // in start():
///     auto done = host.outbox().subscribe("accounts.send_invitation", UserInvited::kType.text(),
///         [this](const Envelope& event) { return send(read_event<UserInvited>(event)); });
///
/// A recorded event is delivered at least once to each durable subscriber, in order for one
/// tenant; subscribers recognise repeats by Envelope::id, or let the host do it by handling
/// events inside a transaction. It is published on the in-process bus as well, once, after
/// the commit. Source: the transactional outbox pattern.
#pragma once

#include <whatsflow/sdk/database.hpp>
#include <whatsflow/sdk/event.hpp>

namespace whatsflow::sdk {

/// [thread-safe]
class Outbox {
public:
    /// Error: the event was not handled; it comes again after a growing pause, and after the
    /// last try it is parked as a dead letter that staff can replay.
    using Handler = std::function<Result<void>(const Envelope&)>;
    /// What the handler writes through `tx` and the progress of its subscription commit
    /// together: each event takes effect exactly once, through crashes too.
    using TransactionalHandler = std::function<Result<void>(Transaction& tx, const Envelope&)>;

    /// [pool- or job-thread] Adds the event to `tx`: it exists if and only if `tx` commits.
    virtual Result<void> append(Transaction& tx, const CallContext& context, Envelope envelope) = 0;

    /// [in start() only] `subscriber` names the cursor and stays the same over restarts, such
    /// as `billing.mail_receipts`; the first time it begins with events recorded from now on.
    /// Withdrawn by the host when the plugin stops; the cursor stays.
    virtual Result<void> subscribe(std::string_view subscriber, std::string_view event, Handler handler) = 0;
    virtual Result<void> subscribe_in_transaction(std::string_view subscriber, std::string_view event,
                                                  TransactionalHandler handler) = 0;

protected:
    virtual ~Outbox();
};

/// Wraps a typed event and appends it.
template <class Event>
Result<void> record(Outbox& outbox, Transaction& tx, const CallContext& context, Event event, TenantId tenant = {}) {
    return outbox.append(tx, context, make_envelope(std::move(event), std::move(tenant)));
}

}  // namespace whatsflow::sdk
