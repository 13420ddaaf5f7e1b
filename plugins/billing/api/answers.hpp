/// \file
/// What the API answers with: documents as JSON, refusals as problems.
#pragma once

#include "running/teller.hpp"

namespace whatsflow::billing {

/// Codes of the engine as statuses: what the caller can mend is 422, what stands in the way 409.
sdk::Response refused(const sdk::Error& error);
sdk::Response fields_refused(const std::vector<sdk::FieldError>& errors);
nlohmann::json subscription_json(const Account& account, const Subscription& subscription);
nlohmann::json invoice_json(const Account& account, const Invoice& invoice);

inline const TenantId& tenant_of(const sdk::Request& request) {
    return request.identity->tenant;
}

// Handlers that need more than a look.
sdk::Response subscribe(sdk::Host& host, Teller& desk, const sdk::Request& request);
sdk::Response take_usage(Desk& desk, const sdk::Request& request);

/// `2026-03-10T08:00:00.25+01:00`, or seconds since 1970.
std::optional<sdk::Instant> read_timestamp(const nlohmann::json& value);

}  // namespace whatsflow::billing
