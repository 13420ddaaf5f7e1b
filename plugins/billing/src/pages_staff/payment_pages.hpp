/// \file
/// /payments and /failed-payments: what was paid, what was not, and what staff does about it.
#pragma once

#include "staff_office.hpp"

namespace whatsflow::billing::staff {

sdk::Result<void> register_payment_pages(const StaffOffice& office);

}  // namespace whatsflow::billing::staff
