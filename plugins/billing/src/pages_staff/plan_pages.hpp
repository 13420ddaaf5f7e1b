/// \file
/// /billing-config: plans with their limits, features and prices, as versions that are published.
#pragma once

#include "staff_office.hpp"

namespace whatsflow::billing::staff {

sdk::Result<void> register_plan_pages(const StaffOffice& office);

}  // namespace whatsflow::billing::staff
