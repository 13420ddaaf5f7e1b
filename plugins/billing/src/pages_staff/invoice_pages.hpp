/// \file
/// /invoices/{id}: one invoice with the reason of every line, its payments, and what staff may do to it.
#pragma once

#include "staff_office.hpp"

namespace whatsflow::billing::staff {

sdk::Result<void> register_invoice_pages(const StaffOffice& office);

/// What it charges, line by line with the reasons, down to what is due; `account` has what the reasons name.
nlohmann::json lines_of(const StaffOffice& office, const sdk::Request& request, const Account& account,
                        const Invoice& invoice);

/// Its number as a link to its page.
nlohmann::json invoice_cell(const InvoiceId& id, const std::string& number);

}  // namespace whatsflow::billing::staff
