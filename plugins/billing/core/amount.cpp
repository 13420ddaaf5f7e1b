#include "amount.hpp"

#include "refusal.hpp"

#include <algorithm>
#include <numeric>

namespace whatsflow::billing {
namespace {

Wide power_of_ten(int exponent) {
    Wide value = 1;
    while (exponent-- > 0) value *= 10;
    return value;
}

Wide greatest_divisor(Wide left, Wide right) {
    while (right != 0) {
        const Wide rest = left % right;
        left = right;
        right = rest;
    }
    return left < 0 ? -left : left;
}

Wide multiplied(Wide left, Wide right) {
    Wide product = 0;
    if (__builtin_mul_overflow(left, right, &product))
        refuse("billing.amount_too_large", "A number in this calculation is too large.");
    return product;
}

std::string digits_of(Wide value) {
    std::string text;
    const bool negative = value < 0;
    if (negative) value = -value;
    do text.push_back(static_cast<char>('0' + static_cast<int>(value % 10)));
    while ((value /= 10) != 0);
    if (negative) text.push_back('-');
    std::reverse(text.begin(), text.end());
    return text;
}

}  // namespace

Wide round_half_up(Wide numerator, Wide denominator) {
    if (denominator < 0) {
        numerator = -numerator;
        denominator = -denominator;
    }
    const Wide magnitude = numerator < 0 ? -numerator : numerator;
    Wide quotient = magnitude / denominator;
    const Wide rest = magnitude % denominator;
    if (rest >= denominator - rest) ++quotient;
    return numerator < 0 ? -quotient : quotient;
}

Amount checked(Wide value) {
    if (value > kLargestAmount || value < -kLargestAmount)
        refuse("billing.amount_too_large", "An amount of " + digits_of(value) +
                                               " minor units is more than the largest that is allowed, " +
                                               digits_of(kLargestAmount) + ".");
    return static_cast<Amount>(value);
}

Amount sum(Amount left, Amount right) {
    return checked(static_cast<Wide>(left) + right);
}
Amount times(Amount price, std::int64_t quantity) {
    return checked(static_cast<Wide>(price) * quantity);
}

Amount prorated(Amount amount, std::int64_t part, std::int64_t whole) {
    return checked(round_half_up(static_cast<Wide>(amount) * part, whole));
}

bool Decimal::operator==(const Decimal& other) const {
    return static_cast<Wide>(digits) * other.denominator() == static_cast<Wide>(other.digits) * denominator();
}

Wide Decimal::denominator() const {
    return power_of_ten(scale);
}

std::string Decimal::text() const {
    auto shown = std::to_string(digits);
    if (scale == 0) return shown;
    const auto places = static_cast<std::size_t>(scale);
    if (shown.size() <= places) shown.insert(0, places + 1 - shown.size(), '0');
    shown.insert(shown.size() - places, 1, '.');
    return shown;
}

sdk::Result<Decimal> read_decimal(std::string_view text) {
    const auto bad = [&] {
        return sdk::fail("billing.bad_decimal", "'" + std::string(text.substr(0, 40)) +
                                                    "' is no decimal number of at most 15 digits, such as \"0.4\".");
    };
    Decimal value;
    std::size_t count = 0;
    bool point = false;
    for (const char each : text) {
        if (each == '.' && !point && count > 0) {
            point = true;
            continue;
        }
        if (each < '0' || each > '9' || ++count > 15) return bad();
        value.digits = value.digits * 10 + (each - '0');
        value.scale += point ? 1 : 0;
    }
    if (count == 0 || text.back() == '.') return bad();
    return value;
}

Amount percent_of(Amount amount, const Decimal& percent) {
    return checked(round_half_up(multiplied(amount, percent.digits), percent.denominator() * 100));
}

Amount contained_percent(Amount gross, const Decimal& percent) {
    return checked(round_half_up(multiplied(gross, percent.digits), percent.denominator() * 100 + percent.digits));
}

Amount units_at(std::int64_t quantity, const Decimal& unit_amount) {
    return checked(round_half_up(multiplied(quantity, unit_amount.digits), unit_amount.denominator()));
}

Fraction::Fraction(Wide numerator, Wide denominator) {
    if (denominator < 0) {
        numerator = -numerator;
        denominator = -denominator;
    }
    const Wide divisor = greatest_divisor(numerator, denominator);
    numerator_ = numerator / divisor;
    denominator_ = denominator / divisor;
}

Fraction Fraction::operator+(const Fraction& other) const {
    Wide top = 0;
    if (__builtin_add_overflow(multiplied(numerator_, other.denominator_), multiplied(other.numerator_, denominator_),
                               &top))
        refuse("billing.amount_too_large", "A number in this calculation is too large.");
    return {top, multiplied(denominator_, other.denominator_)};
}

Fraction Fraction::operator-(const Fraction& other) const {
    return *this + other.times(-1, 1);
}

Fraction Fraction::times(Wide numerator, Wide denominator) const {
    return {multiplied(numerator_, numerator), multiplied(denominator_, denominator)};
}

bool Fraction::operator<(const Fraction& other) const {
    return (*this - other).numerator_ < 0;
}
Amount Fraction::rounded() const {
    return checked(round_half_up(numerator_, denominator_));
}

Amount Fraction::rounded_up() const {
    return checked(numerator_ / denominator_ + (numerator_ % denominator_ == 0 ? 0 : 1));
}

std::string Fraction::text() const {
    return denominator_ == 1 ? digits_of(numerator_) : digits_of(numerator_) + "/" + digits_of(denominator_);
}

std::vector<Amount> split(Amount whole, const std::vector<Amount>& weights) {
    Wide total = 0;
    for (const Amount weight : weights) total += weight;
    std::vector<Amount> parts(weights.size(), 0);
    if (total == 0 || whole == 0) return parts;
    const Wide magnitude = whole < 0 ? -static_cast<Wide>(whole) : whole;
    std::vector<Wide> rests(weights.size());
    Wide given = 0;
    for (std::size_t each = 0; each < weights.size(); ++each) {
        const Wide product = magnitude * weights[each];
        parts[each] = static_cast<Amount>(product / total);
        rests[each] = product % total;
        given += parts[each];
    }
    std::vector<std::size_t> order(weights.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, [&](std::size_t left, std::size_t right) { return rests[left] > rests[right]; });
    for (std::size_t each = 0; given < magnitude; ++each, ++given) ++parts[order[each]];
    if (whole < 0)
        for (auto& part : parts) part = -part;
    return parts;
}

}  // namespace whatsflow::billing
