/// \file
/// An amount of money: whole minor units and an ISO 4217 currency, never floating point.
///
///     Money price{2900, "USD"};      // $29.00
///     price.decimal();               // "29.00"; JPY has no decimals, KWD three
#pragma once

#include <whatsflow/sdk/result.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace whatsflow::sdk {

struct Money {
    std::int64_t minor = 0;  ///< cents for USD, yen for JPY, fils for KWD
    std::string currency;    ///< three capital letters

    bool operator==(const Money&) const = default;

    /// The amount as a plain decimal with the currency's own number of digits, `.` as
    /// separator and no grouping: what providers' APIs expect.
    std::string decimal() const;

    /// Sum of two amounts. Error `money.currency_mismatch` or `money.overflow`.
    Result<Money> plus(const Money& other) const;
};

/// Digits after the decimal point: 2 for most currencies, 0 for JPY, 3 for KWD.
int minor_digits(std::string_view currency);

}  // namespace whatsflow::sdk
