/// \file
/// Events that may not be lost: written in the publisher's own transaction.
///
/// `whatsflow.outbox/1` is a service of the host. Code asks for it with find_service and
/// says so plainly when it is not there. An appended event is delivered at least once, in
/// order for one tenant, to each durable subscriber; subscribers recognise repeats by
/// Envelope::id. Source: the transactional outbox pattern.
#pragma once

#include <whatsflow/sdk/database.hpp>
#include <whatsflow/sdk/event.hpp>
#include <whatsflow/sdk/service.hpp>

namespace whatsflow::sdk {

class Outbox : public Service {
public:
    static constexpr ServiceId kId{"whatsflow.outbox", 1};

    /// [pool-thread] Adds the event to `tx`: it exists if and only if `tx` commits.
    virtual Result<void> append(Transaction& tx, const Envelope& envelope) = 0;

    /// A durable subscription. `subscriber` names the cursor and must stay the same over
    /// restarts, such as `billing.mail_receipts`. A handler that returns an error is retried
    /// with growing pauses, then parked where staff can replay it.
    virtual Result<Registration> subscribe(std::string_view subscriber, std::string_view event,
                                           std::function<Result<void>(const Envelope&)> handler) = 0;

protected:
    ~Outbox() override;
};

}  // namespace whatsflow::sdk
