/// \file
/// /billing-config/dunning: what happens when a payment is refused, tried on what was refused last
/// month before it is published.
#pragma once

#include "../metrics/dunning_trial.hpp"
#include "staff_office.hpp"

namespace whatsflow::billing::staff {

sdk::Result<void> register_dunning_pages(const StaffOffice& office);

}  // namespace whatsflow::billing::staff
