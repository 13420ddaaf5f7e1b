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
/// One that a preview shows: it has no id, no number and no payments yet.
nlohmann::json foreseen_json(const Invoice& invoice);
/// One that waits, as it would be now.
nlohmann::json draft_json(const WaitingDraft& draft, const Invoice& foreseen);

inline const TenantId& tenant_of(const sdk::Request& request) {
    return request.identity->tenant;
}

// Handlers that need more than a look.
sdk::Response subscribe(sdk::Host& host, Teller& desk, const sdk::Request& request);
sdk::Response preview_change(Teller& desk, const sdk::Request& request);
sdk::Response change_subscription(sdk::Host& host, Teller& desk, const sdk::Request& request);
sdk::Response cancel_subscription(sdk::Host& host, Teller& desk, const sdk::Request& request);
/// A command that needs no words; `what` tells it from others under one Idempotency-Key.
sdk::Response do_simply(sdk::Host& host, Teller& desk, const sdk::Request& request, const char* what, Command command);
sdk::Response take_usage(Desk& desk, const sdk::Request& request);

class Body;
/// Notes it as wrong if no such payment provider is running.
void check_provider(Body& body, Teller& desk, const sdk::Request& request, const std::string& provider);

/// `2026-03-10T08:00:00.25+01:00`, or seconds since 1970.
std::optional<sdk::Instant> read_timestamp(const nlohmann::json& value);

}  // namespace whatsflow::billing
