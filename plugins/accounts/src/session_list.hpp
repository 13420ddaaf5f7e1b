/// \file
/// Where somebody is signed in, for them to see and to end.
#pragma once

#include "office.hpp"

namespace whatsflow::accounts {

/// One row a session, the current one marked.
sdk::Result<nlohmann::json> session_rows(const Office& office, const sdk::Request& request, const std::string& user);

/// After a change of how somebody gets in: this session gets a new token, all others end.
sdk::Result<sdk::Response> renewed_session(const Office& office, const sdk::Request& request,
                                           const std::string& lead_to);

/// `Firefox · Windows`, as far as it can be told; empty when it cannot.
std::string browser_of(std::string_view user_agent);

/// Ending one session, or all others.
sdk::Result<void> register_session_list(Office& office);

}  // namespace whatsflow::accounts
