/// \file
/// Exact arithmetic on money: minor units, fractions and decimal strings, never floating point.
///
///     prorated(2900, 12, 31);                     // 1123: 29.00 × 12/31, half up
///     percent_of(2900, *read_decimal("18"));      // 522
///
/// Everything rounds half up on the absolute value, so a credit is the mirror of its charge.
/// What does not fit raises `Refusal`, which never leaves the core (see refusal.hpp).
#pragma once

#include <whatsflow/sdk/result.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace whatsflow::billing {

/// Minor units of the account's currency.
using Amount = std::int64_t;

/// No single amount, line or total may be larger: ten times a thousand billion, in cents.
inline constexpr Amount kLargestAmount = 1'000'000'000'000'000;
inline constexpr std::int64_t kLargestQuantity = 1'000'000;

// GCC's 128-bit integer: products of two amounts fit.
__extension__ typedef __int128 Wide;

/// `numerator / denominator`, half up on the absolute value. The denominator is not zero.
Wide round_half_up(Wide numerator, Wide denominator);

/// Raises `billing.amount_too_large` beyond `kLargestAmount`.
Amount checked(Wide value);
Amount sum(Amount left, Amount right);
Amount times(Amount price, std::int64_t quantity);
Amount prorated(Amount amount, std::int64_t part, std::int64_t whole);

/// A decimal number that came as text, kept exactly: `digits / 10^scale`.
struct Decimal {
    std::int64_t digits = 0;
    int scale = 0;

    bool operator==(const Decimal& other) const;  ///< by value: 20 and 20.0 are equal
    bool zero() const { return digits == 0; }
    Wide denominator() const;
    std::string text() const;
};

/// `"20"`, `"0.4"`, `"18.25"`: up to 15 digits, no sign, no exponent. Error `billing.bad_decimal`.
sdk::Result<Decimal> read_decimal(std::string_view text);

/// amount × percent / 100.
Amount percent_of(Amount amount, const Decimal& percent);
/// The tax that a gross amount contains: gross × percent / (100 + percent).
Amount contained_percent(Amount gross, const Decimal& percent);
/// quantity × a price that may be a fraction of a minor unit.
Amount units_at(std::int64_t quantity, const Decimal& unit_amount);

/// An exact fraction, for numbers that are rounded only when shown (MRR).
class Fraction {
public:
    Fraction() = default;
    Fraction(Wide numerator, Wide denominator);

    Fraction operator+(const Fraction& other) const;
    Fraction operator-(const Fraction& other) const;
    Fraction times(Wide numerator, Wide denominator) const;
    bool operator==(const Fraction&) const = default;
    bool operator<(const Fraction& other) const;
    bool zero() const { return numerator_ == 0; }
    Amount rounded() const;
    Amount rounded_up() const;  ///< to the next whole number, of what is not negative
    std::string text() const;   ///< `24650`, or `29580/12` in lowest terms

private:
    Wide numerator_ = 0;
    Wide denominator_ = 1;
};

/// Splits `whole` in proportion to `weights` (not negative) by largest remainder, so that the
/// parts sum exactly; equal remainders favour the earlier part.
/// 1000 over 2900, 500, 500 is 744, 128, 128.
std::vector<Amount> split(Amount whole, const std::vector<Amount>& weights);

}  // namespace whatsflow::billing
