/// \file
/// What billing shows on the page of one tenant in the admin panel.
#pragma once

#include "staff_office.hpp"

namespace whatsflow::billing::staff {

sdk::Result<void> register_tenant_panel(const StaffOffice& office);

}  // namespace whatsflow::billing::staff
