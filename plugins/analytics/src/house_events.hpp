/// \file
/// What happened inside WhatsFlow itself, counted beside what visitors did: sign-ups, activations,
/// upgrades, payments.
///
/// Read from the outbox, so none is lost; an event's own id makes that one counts once, however often it
/// is delivered. Names, addresses and invoice numbers stay where they are.
#pragma once

#include "intake.hpp"
#include "keys.hpp"

namespace whatsflow::analytics {

/// Names of events as they are stored, beside those of the outbox.
struct HouseEvent {
    const char* recorded;  ///< `accounts.tenant_created/1`
    const char* name;      ///< `signed_up`
};
extern const std::vector<HouseEvent> kHouseEvents;

sdk::Result<void> listen(sdk::Host& host, Keys& keys, Intake& intake);

}  // namespace whatsflow::analytics
