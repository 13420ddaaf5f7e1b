/// \file
/// /reports: the numbers of the business over a time, each with the way to what it is made of.
#pragma once

#include "staff_office.hpp"

namespace whatsflow::billing::staff {

sdk::Result<void> register_revenue_pages(const StaffOffice& office);

}  // namespace whatsflow::billing::staff
