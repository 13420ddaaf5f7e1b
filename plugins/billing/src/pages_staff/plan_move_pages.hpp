/// \file
/// Moving the subscribers of one version of a plan to another: what it would change, how far it is,
/// and taking it back.
#pragma once

#include "staff_office.hpp"

namespace whatsflow::billing::staff {

/// The versions of a plan with who is on them, and the form that moves them: parts of the plan's page.
void add_versions(const StaffOffice& office, const sdk::Request& request, const std::string& plan,
                  nlohmann::json& model);

/// What somebody asked for, once it is agreed to: see approval_pages.
sdk::Result<void> carry_out_move(const StaffOffice& office, const sdk::Request& request, const Approval& approval,
                                 const By& by);

sdk::Result<void> register_plan_move_pages(const StaffOffice& office);

}  // namespace whatsflow::billing::staff
