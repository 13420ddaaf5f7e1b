/// \file
/// Letters that no event causes but a day that comes near: a trial that ends, a year that renews, a
/// card that expires, a price that rises for those who have it.
///
/// A job looks every hour. Each letter has one cause (the subscription and the day), so looking
/// again, or on two hosts at once, sends nothing twice.
#pragma once

#include "../desk.hpp"

#include <whatsflow/sdk/host.hpp>

namespace whatsflow::billing {

/// How many days before.
struct ReminderDays {
    int trial = 3;
    int renewal = 14;
    int price = 30;
    int card = 30;
};

/// Everything that is near on `today`. Errors stop it; the next run goes on.
sdk::Result<void> write_reminders(sdk::Host& host, Desk& desk, const sdk::CallContext& context, LocalDate today,
                                  const ReminderDays& days = {});

/// [in start() only]
sdk::Result<void> register_reminders(sdk::Host& host, Desk& desk);

}  // namespace whatsflow::billing
