/// \file
/// /approvals: what waits for a second person, and what became of it.
#pragma once

#include "staff_office.hpp"

namespace whatsflow::billing::staff {

sdk::Result<void> register_approval_pages(const StaffOffice& office);

/// Asks a second person instead of doing it, and leads to the request.
sdk::Result<sdk::Response> ask_second_person(const StaffOffice& office, const sdk::Request& request,
                                             const Approval& wanted, const std::string& reason);

}  // namespace whatsflow::billing::staff
