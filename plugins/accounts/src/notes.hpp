/// \file
/// What staff write down about a user or a tenant, for each other.
#pragma once

#include "office.hpp"

namespace whatsflow::accounts {

/// Newest first: {author, body, created_at}. `kind` is `user` or `tenant`.
sdk::Result<nlohmann::json> notes_about(sdk::SqlExecutor& where, const sdk::CallContext& context,
                                        const std::string& kind, const std::string& id);

/// POST /users/{id}/notes and /tenants/{id}/notes.
sdk::Result<void> register_notes(Office& office);

}  // namespace whatsflow::accounts
