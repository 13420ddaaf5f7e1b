/// \file
/// /subscriptions: all of them, one of them, and what staff may do to it: first shown, then done.
#pragma once

#include "staff_office.hpp"

namespace whatsflow::billing::staff {

sdk::Result<void> register_subscription_pages(const StaffOffice& office);

}  // namespace whatsflow::billing::staff
