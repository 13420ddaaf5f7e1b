/// \file
/// Billing for programs: /v1/plans, /v1/subscription and what changes it, /v1/invoices, /v1/usage, /v1/entitlements.
#pragma once

#include "running/teller.hpp"

#include <whatsflow/sdk/host.hpp>

namespace whatsflow::billing {

/// Registers the routes and the scopes `billing:read` and `billing:write`. The desk lives longer.
sdk::Result<void> register_api(sdk::Host& host, Teller& desk);

/// Says of each route what `/openapi.json` shows.
sdk::Result<void> describe_api(sdk::Host& host);

/// What a tenant may do now, as JSON: plan, access, features, limits with what is used of them.
nlohmann::json entitlements_of(const Account& account, const Catalogue& catalogue, sdk::Instant now);

}  // namespace whatsflow::billing
