/// \file
/// /failed-payments: open invoices whose payment was refused, and charging many of them again at once.
///
/// First what would happen to each, and nothing happens; then the charges, with a reason in the audit log.
/// Who has no saved method, or whose provider takes its money by itself, is left as it is.
#pragma once

#include "staff_office.hpp"

namespace whatsflow::billing::staff {

sdk::Result<void> register_failed_payment_pages(const StaffOffice& office);

}  // namespace whatsflow::billing::staff
