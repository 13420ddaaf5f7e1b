/// \file
/// /subscriptions/new: staff subscribes a tenant, for a sale that was made by telephone or by contract.
#pragma once

#include "staff_office.hpp"

namespace whatsflow::billing::staff {

sdk::Result<void> register_new_subscription(const StaffOffice& office);

}  // namespace whatsflow::billing::staff
