/// \file
/// Examples of a new token's use, from the plugins whose addresses it opens.
#pragma once

#include "api_tokens.hpp"

namespace whatsflow::accounts {

/// Those of the scopes, as `code_block` draws them; none for a scope that nobody has an example of.
nlohmann::json token_uses(const Office& office, const sdk::Request& request, const std::vector<std::string>& scopes,
                          const MadeToken& made);

}  // namespace whatsflow::accounts
