/// \file
/// Asking somebody to join a tenant, by mail, for seven days.
///
/// Accepting needs a signed-in person with that address, or makes one: whoever holds the link
/// has proven the address.
#pragma once

#include "forms.hpp"

namespace whatsflow::accounts {

struct InviteTrouble {
    std::string email;
    std::string role;
    Objections objections;
};
/// /team, with what went wrong when inviting.
sdk::Result<sdk::Response> team_page(const Office& office, const sdk::Request& request, const InviteTrouble& trouble);

/// The open invitations of the tenant.
sdk::Result<nlohmann::json> invitation_rows(const Office& office, const sdk::Request& request);

sdk::Result<void> register_invitations(Office& office);

}  // namespace whatsflow::accounts
