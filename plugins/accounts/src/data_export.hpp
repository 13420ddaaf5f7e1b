/// \file
/// The copy of everything that is known of a person, as the law promises it: a job asks every
/// plugin, packs one archive, and tells the person where to get it for some days.
#pragma once

#include "office.hpp"

namespace whatsflow::accounts {

sdk::Result<void> register_data_export(Office& office);

/// The exports of the signed-in person, newest first.
sdk::Result<nlohmann::json> export_list(const Office& office, const sdk::Request& request);

}  // namespace whatsflow::accounts
