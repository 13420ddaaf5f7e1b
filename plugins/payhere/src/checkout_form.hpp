/// \file
/// The forms that a customer's browser posts to PayHere: pay once, pay and renew, keep a card.
///
/// PayHere has no call to open a page, so nothing leaves the house here: the same request
/// always makes the same form.
#pragma once

#include "signature.hpp"

#include <whatsflow/sdk/payment_provider.hpp>

#include <cstdint>
#include <string>

namespace whatsflow::payhere {

struct FormSettings {
    std::string base;  ///< `https://sandbox.payhere.lk`
    Merchant merchant;
    std::string contact_phone;  ///< for customers who gave none
    /// Amounts in the hash of a form that keeps a card without a payment.
    std::string keep_amount_lkr;
    std::string keep_amount_other;
    std::int64_t most_per_payment_lkr = 0;  ///< in rupees; 0: not known
};

/// Errors: `payment.rejected`.
sdk::Result<sdk::CheckoutPage> payment_form(const FormSettings& settings, const sdk::CheckoutRequest& request);
sdk::Result<sdk::CheckoutPage> keep_card_form(const FormSettings& settings, const sdk::CheckoutRequest& request);

std::vector<sdk::CurrencyLimit> currency_limits(const FormSettings& settings);
/// Nothing, or why PayHere would not take this amount.
std::optional<sdk::Error> refuse_amount(const FormSettings& settings, const sdk::Money& amount);

/// PayHere fails on markup and pictographs: the text without them, and not longer than `most` bytes.
std::string plain_text(std::string_view text, std::size_t most);

/// What the field custom_1 of a form says about it; it comes back with the notice.
inline constexpr const char* kPaysAndKeeps = "pays-and-keeps";

}  // namespace whatsflow::payhere
