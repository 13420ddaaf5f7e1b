/// \file
/// PayHere's amounts: decimal text with exactly two digits, in one of five currencies.
///
/// Nothing else is ever hashed. The hash has no separators, so "LKR2" as a currency would make
/// a request's hash into a notice's signature.
#pragma once

#include <whatsflow/sdk/money.hpp>

#include <nlohmann/json.hpp>

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace whatsflow::payhere {

inline constexpr std::array<std::string_view, 5> kCurrencies{"LKR", "USD", "EUR", "GBP", "AUD"};

bool is_known_currency(std::string_view currency);
/// `1000.00`: digits, a dot, two digits.
bool is_plain_amount(std::string_view text);
/// Nothing for what is not such an amount in such a currency, or is beyond 64 bits.
std::optional<sdk::Money> read_amount(std::string_view text, std::string_view currency);

/// An amount in an answer of the API, where it is a JSON number or a text. Read as decimal
/// text: `79.1` is 79.10, and 0.1 + 0.2 never happens.
std::optional<sdk::Money> amount_of(const nlohmann::json& amount, std::string_view currency);

}  // namespace whatsflow::payhere
