/// \file
/// Invoices of renewals that are not final yet: what they come to now, and what staff does to them.
#pragma once

#include "staff_office.hpp"

namespace whatsflow::billing::staff {

sdk::Result<void> register_draft_pages(const StaffOffice& office);

/// What a second person has agreed to.
sdk::Result<void> carry_out_adjustment(const StaffOffice& office, const sdk::Request& request, const Approval& approval,
                                       const By& by);

}  // namespace whatsflow::billing::staff
