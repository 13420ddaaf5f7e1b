/// \file
/// Reading Stripe's JSON without trusting it: what is missing or of another type reads as
/// empty, never as an exception.
#pragma once

#include <whatsflow/sdk/money.hpp>
#include <whatsflow/sdk/time.hpp>

#include <nlohmann/json.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace whatsflow::stripe {

/// The value below `keys`, or null: `at(event, {"data", "object"})`.
const nlohmann::json& at(const nlohmann::json& json, std::initializer_list<const char*> keys);
const nlohmann::json& at(const nlohmann::json& json, const char* key);
/// The first entry of a list, or null.
const nlohmann::json& first_of(const nlohmann::json& list);

/// A text; empty when it is something else or longer than `most` bytes.
std::string text_of(const nlohmann::json& value, std::size_t most = 500);
std::optional<std::int64_t> whole_number_of(const nlohmann::json& value);

/// An id where Stripe gives either the id or the whole object.
std::string id_of(const nlohmann::json& value);

/// Seconds since 1970, as Stripe writes times.
std::optional<sdk::Instant> time_of(const nlohmann::json& value);

/// Stripe's amount and lower-case currency as money. Nothing for currencies whose amounts
/// Stripe counts differently from ISO 4217 (ISK, UGX): a hundredfold error is worse than none.
std::optional<sdk::Money> money_of(const nlohmann::json& amount, const nlohmann::json& currency);

/// `usd`.
std::string stripe_currency(const sdk::Money& amount);

}  // namespace whatsflow::stripe
