/// \file
/// /coupons: coupons with how often they were used, and gift codes.
#pragma once

#include "staff_office.hpp"

namespace whatsflow::billing::staff {

sdk::Result<void> register_coupon_pages(const StaffOffice& office);

}  // namespace whatsflow::billing::staff
