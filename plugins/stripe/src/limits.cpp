// What Stripe takes. Minimums are about half a dollar; Stripe refuses less.
#include "provider.hpp"

#include <algorithm>

namespace whatsflow::stripe {

const std::vector<sdk::CurrencyLimit>& currency_limits() {
    constexpr std::int64_t kMost = 99'999'999;  // eight digits, whatever the currency
    static const auto* list = new std::vector<sdk::CurrencyLimit>{
        {"USD", 50, kMost}, {"EUR", 50, kMost},  {"GBP", 30, kMost},    {"AUD", 50, kMost}, {"LKR", 20'000, kMost},
        {"INR", 50, kMost}, {"SGD", 50, kMost},  {"AED", 200, kMost},   {"CAD", 50, kMost}, {"CHF", 50, kMost},
        {"JPY", 50, kMost}, {"MYR", 200, kMost}, {"THB", 1'000, kMost}, {"NZD", 50, kMost}, {"ZAR", 1'000, kMost}};
    return *list;
}

std::optional<sdk::Error> refuse_amount(const sdk::Money& amount) {
    const auto found = std::ranges::find(currency_limits(), amount.currency, &sdk::CurrencyLimit::currency);
    if (found == currency_limits().end())
        return sdk::fail("payment.rejected", "Payments through Stripe are not offered in this currency.");
    if (amount.minor < found->minimum)
        return sdk::fail("payment.rejected", "Stripe takes payments from " +
                                                 sdk::Money{found->minimum, amount.currency}.decimal() + " " +
                                                 amount.currency + ".");
    if (amount.minor > found->maximum.value_or(amount.minor))
        return sdk::fail("payment.rejected", "The amount is larger than Stripe takes in one payment.");
    return std::nullopt;
}

}  // namespace whatsflow::stripe
