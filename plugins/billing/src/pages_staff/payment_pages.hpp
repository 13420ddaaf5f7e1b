/// \file
/// /payments: what was charged and sent back, and what staff does about it.
#pragma once

#include "staff_office.hpp"

namespace whatsflow::billing::staff {

sdk::Result<void> register_payment_pages(const StaffOffice& office);

}  // namespace whatsflow::billing::staff
