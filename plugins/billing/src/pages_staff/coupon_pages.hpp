/// \file
/// /coupons: coupons with how often they were used, and gift codes.
#pragma once

#include "staff_office.hpp"

namespace whatsflow::billing::staff {

sdk::Result<void> register_coupon_pages(const StaffOffice& office);

/// The tabs of what makes things cheaper: coupons, gift codes, recommendations.
nlohmann::json coupon_areas(const StaffOffice& office, const sdk::Request& request, std::string_view path);

}  // namespace whatsflow::billing::staff
