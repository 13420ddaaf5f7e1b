/// \file
/// Trials: which run, which end soon, which became customers, and more days for some of them.
#pragma once

#include "staff_office.hpp"

namespace whatsflow::billing::staff {

sdk::Result<void> register_trial_pages(const StaffOffice& office);

}  // namespace whatsflow::billing::staff
