/// \file
/// Add-ons, meters with their limits and overage, and tax rates: the rest of what is for sale.
#pragma once

#include "staff_office.hpp"

namespace whatsflow::billing::staff {

sdk::Result<void> register_offer_pages(const StaffOffice& office);

}  // namespace whatsflow::billing::staff
