/// \file
/// A meter's policy and what usage beyond the plan costs, as a form.
#pragma once

#include "catalogue_kit.hpp"

namespace whatsflow::billing::staff {

nlohmann::json meter_form(const StaffOffice& office, const sdk::Request& request, const std::string& path,
                          const Meter& meter);
sdk::Result<Meter> meter_in(const sdk::Fields& form, const Meter& before);

/// `100: 2, 1000: 1.5, 1`: up to 100 at 2 each, up to 1,000 at 1.5, the rest at 1.
std::string tiers_text(const std::vector<OverageTier>& tiers);
std::optional<std::vector<OverageTier>> read_tiers(std::string_view text);

}  // namespace whatsflow::billing::staff
