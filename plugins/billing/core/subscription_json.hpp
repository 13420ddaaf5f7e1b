/// \file
/// A subscription, and the parts of a line's derivation, as JSON: for stores that keep a pending
/// change or a derivation in one column. Reading back what was written gives an equal value.
#pragma once

#include "invoice.hpp"
#include "subscription.hpp"

#include <nlohmann/json.hpp>

namespace whatsflow::billing {

nlohmann::json to_json_value(const Subscription& subscription);
sdk::Result<Subscription> subscription_from(const nlohmann::json& value);

/// The line's coupons, tax terms, usage and credit derivation: what has no column of its own.
nlohmann::json derivation_to_json(const InvoiceLine& line);
sdk::Result<void> read_derivation(const nlohmann::json& value, InvoiceLine& line);

}  // namespace whatsflow::billing
