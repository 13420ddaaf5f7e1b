/// \file
/// A file of definitions as the edits it comes to: for people who look at it before it is taken over.
#pragma once

#include "store.hpp"

namespace whatsflow::flags {

/// What differs from `served`, segments first: flags may need them. The document has been compiled before.
std::vector<Edit> edits_of_import(const nlohmann::json& document, const RuleSet& served, const std::string& environment,
                                  ImportMode mode);

}  // namespace whatsflow::flags
