#include <whatsflow/sdk/money.hpp>

#include <algorithm>
#include <array>

namespace whatsflow::sdk {

int minor_digits(std::string_view currency) {
    static constexpr std::array<std::string_view, 15> kNone{"BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "PYG",
                                                            "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"};
    static constexpr std::array<std::string_view, 7> kThree{"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"};
    if (std::ranges::find(kNone, currency) != kNone.end()) return 0;
    if (std::ranges::find(kThree, currency) != kThree.end()) return 3;
    return 2;
}

std::string Money::decimal() const {
    const auto digits = static_cast<std::size_t>(minor_digits(currency));
    // The magnitude as unsigned: the smallest int64 has no positive counterpart.
    const auto magnitude = minor < 0 ? 0 - static_cast<std::uint64_t>(minor) : static_cast<std::uint64_t>(minor);
    std::string text = std::to_string(magnitude);
    if (digits > 0) {
        if (text.size() <= digits) text.insert(0, digits + 1 - text.size(), '0');
        text.insert(text.size() - digits, 1, '.');
    }
    return minor < 0 ? "-" + text : text;
}

Result<Money> Money::plus(const Money& other) const {
    if (currency != other.currency)
        return fail("money.currency_mismatch", "Cannot add " + other.currency + " to " + currency + ".");
    Money sum{0, currency};
    if (__builtin_add_overflow(minor, other.minor, &sum.minor))
        return fail("money.overflow", "The sum of two amounts in " + currency + " is too large.");
    return sum;
}

}  // namespace whatsflow::sdk
