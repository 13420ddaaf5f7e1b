/// \file
/// What finance looks at across tenants: the ledger with its trial balance, revenue, the notices
/// of the providers and accounts whose work was stopped.
#pragma once

#include "staff_office.hpp"

namespace whatsflow::billing::staff {

sdk::Result<void> register_book_pages(const StaffOffice& office);

}  // namespace whatsflow::billing::staff
