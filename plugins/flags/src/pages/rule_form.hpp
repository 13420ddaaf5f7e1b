/// \file
/// A rule of a flag as a form, and back.
#pragma once

#include "flag_office.hpp"

namespace whatsflow::flags::pages {

/// What the form shows of a rule; an empty object: a new one.
nlohmann::json rule_form(const FlagOffice& office, const sdk::Request& request, const Place& place,
                         const nlohmann::json& strategy, const std::string& path, const std::string& objection);

/// The rule that was typed, on top of `before`, of which what the form does not show stays. Errors
/// `flags.bad_rule` with a sentence.
sdk::Result<nlohmann::json> rule_in(const FlagOffice& office, const sdk::Request& request, const sdk::Fields& form,
                                    nlohmann::json before);

/// The variants that were typed, on top of those of the same name before.
sdk::Result<nlohmann::json> variants_in(const FlagOffice& office, const sdk::Request& request, const sdk::Fields& form,
                                        const nlohmann::json& before);
/// Rows for the form of variants: those there are and two empty ones.
nlohmann::json variant_rows(const FlagOffice& office, const sdk::Request& request, const nlohmann::json& variants);

}  // namespace whatsflow::flags::pages
