/// \file
/// /coupons/referrals: who recommended whom, how it stands and why, and what each was given.
#pragma once

#include "staff_office.hpp"

namespace whatsflow::billing::staff {

sdk::Result<void> register_referral_pages(const StaffOffice& office);

}  // namespace whatsflow::billing::staff
