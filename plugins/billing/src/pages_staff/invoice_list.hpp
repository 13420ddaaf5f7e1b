/// \file
/// /invoices: all of them, newest first, by state and currency, searched by number or tenant; and as a file.
#pragma once

#include "staff_office.hpp"

namespace whatsflow::billing::staff {

sdk::Result<void> register_invoice_list(const StaffOffice& office);

}  // namespace whatsflow::billing::staff
