/// \file
/// The editor of conditions, which rules and segments share: rows of a form, to and from definitions.
#pragma once

#include "flag_office.hpp"

namespace whatsflow::flags::pages {

/// What is there, and two rows to spare.
nlohmann::json constraint_rows(const FlagOffice& office, const sdk::Request& request,
                               const nlohmann::json& constraints);
/// Rows without field and values are left out. Error `flags.bad_rule` with a sentence, also for what would
/// never hold.
sdk::Result<nlohmann::json> constraints_in(const FlagOffice& office, const sdk::Request& request,
                                           const sdk::Fields& form);

/// Trimmed, without empty ones.
std::vector<std::string> lines_of(std::string_view text);

}  // namespace whatsflow::flags::pages
