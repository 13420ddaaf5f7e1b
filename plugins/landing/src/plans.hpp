/// \file
/// The plans as the landing site shows them: prices, limits and what a year saves.
///
/// Prices and limits are those of the price list that a plugin offers (`with_live_prices`); words,
/// and everything where nobody offers one, come from the settings. Amounts are whole minor units
/// all the way; a text is made of them only at the very end.
#pragma once

#include "texts.hpp"

#include <whatsflow/sdk/money.hpp>
#include <whatsflow/sdk/price_list.hpp>

#include <nlohmann/json.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace whatsflow::landing {

struct Plan {
    std::string code;
    std::string name;
    std::string tagline;
    std::optional<std::int64_t> monthly_price;  ///< minor units; nothing = "contact us"
    std::optional<std::int64_t> year_price;     ///< of a whole year; nothing = only by the month
    bool only_yearly = false;
    bool recommended = false;
    std::int64_t devices = 0;  ///< -1 = unlimited, as the two below
    std::int64_t contacts = 0;
    std::int64_t messages = 0;
    std::string ai;  ///< none, basic, advanced, custom
    bool broadcasts = false;
    std::string support;  ///< basic, email, priority, dedicated
};

struct Pricing {
    std::string currency;
    std::vector<std::string> currencies;  ///< that a visitor may choose from
    std::int64_t yearly_discount_percent = 0;
    std::int64_t trial_days = 0;
    std::int64_t trial_messages = 0;
    std::int64_t trial_ai_replies = 0;
    std::vector<Plan> plans;
};

/// `settings` is valid against config.schema.json.
Pricing read_pricing(const nlohmann::json& settings);

/// The same plans at the prices and limits of `live`, in `currency` if anything is sold in it. Plans
/// that the settings do not know are shown without their words, those not for sale not at all.
Pricing with_live_prices(const Pricing& settings, const sdk::ListedPrices& live, const std::string& currency);

/// A year paid at once: twelve months less the discount, rounded half up.
std::int64_t yearly_price(std::int64_t monthly, std::int64_t discount_percent);
/// What that year costs a month, rounded half up.
std::int64_t monthly_share(std::int64_t yearly);

/// "$29", "$24.65", "$1,009.80", "LKR 2,500".
std::string price_text(const sdk::Money& price);

/// The cards of `plan_cards`: one object a plan. `campaign` is appended to sign-up links.
nlohmann::json plan_cards(const Pricing& pricing, const Texts& texts, const std::string& campaign);

/// The comparison table: groups of rows, one cell a plan.
nlohmann::json comparison(const Pricing& pricing, const Texts& texts);

}  // namespace whatsflow::landing
