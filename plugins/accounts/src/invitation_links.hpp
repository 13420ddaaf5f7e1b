/// \file
/// The link of an invitation: what it invites to, and accepting it.
#pragma once

#include "office.hpp"

#include <optional>
#include <string>

namespace whatsflow::accounts {

struct Invitation {
    std::string id;
    std::string tenant_id;
    std::string tenant_name;
    std::string email;
    std::string role;
    std::string inviter;
};

/// What the token invites to. Nothing: expired, taken back, used, changed, or never there.
sdk::Result<std::optional<Invitation>> open_invitation(sdk::SqlExecutor& where, const Office& office,
                                                       const sdk::CallContext& context, std::string_view token);

/// GET and POST /invite/{token}.
sdk::Result<void> register_invitation_links(Office& office);

}  // namespace whatsflow::accounts
