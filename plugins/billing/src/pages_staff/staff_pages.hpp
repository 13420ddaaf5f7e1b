/// \file
/// All pages of billing in the admin panel, and who may see and do what there.
#pragma once

#include "staff_office.hpp"

namespace whatsflow::billing::staff {

/// [in start() only] `office` lives as long as the plugin runs.
sdk::Result<void> register_staff_pages(const StaffOffice& office);

}  // namespace whatsflow::billing::staff
