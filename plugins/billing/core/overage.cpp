#include "overage.hpp"

#include <algorithm>
#include <array>

namespace whatsflow::billing {
namespace {

constexpr std::array<std::string_view, 4> kModels{"per_unit", "graduated", "volume", "package"};

/// Each tier at its own price; rounded once, over all tiers.
Amount graduated(const std::vector<OverageTier>& tiers, const Fraction& units) {
    Fraction price;
    Fraction below;
    for (const auto& tier : tiers) {
        if (!(below < units)) break;
        const auto end = tier.up_to ? std::min(Fraction(*tier.up_to, 1), units) : units;
        if (below < end) {
            price = price + (end - below).times(tier.unit_amount.digits, tier.unit_amount.denominator());
            below = end;
        }
    }
    return price.rounded();
}

Amount at(const Fraction& units, const Decimal& unit_amount) {
    return units.times(unit_amount.digits, unit_amount.denominator()).rounded();
}

Amount volume(const std::vector<OverageTier>& tiers, const Fraction& units) {
    for (const auto& tier : tiers)
        if (!tier.up_to || !(Fraction(*tier.up_to, 1) < units)) return at(units, tier.unit_amount);
    return tiers.empty() ? 0 : at(units, tiers.back().unit_amount);
}

}  // namespace

std::string_view to_text(OverageModel model) {
    return kModels[static_cast<std::size_t>(model)];
}

std::optional<OverageModel> read_overage_model(std::string_view text) {
    const auto found = std::ranges::find(kModels, text);
    if (found == kModels.end()) return std::nullopt;
    return static_cast<OverageModel>(found - kModels.begin());
}

Amount price_of_overage(const Overage& terms, std::int64_t units) {
    return price_of_overage(terms, Fraction(units, 1));
}

Amount price_of_overage(const Overage& terms, const Fraction& units) {
    if (!(Fraction() < units)) return 0;
    switch (terms.model) {
        case OverageModel::per_unit: return at(units, terms.unit_amount);
        case OverageModel::graduated: return graduated(terms.tiers, units);
        case OverageModel::volume: return volume(terms.tiers, units);
        case OverageModel::package: break;
    }
    const Fraction free(terms.free_units, 1);
    if (!(free < units)) return 0;
    return at(Fraction((units - free).times(1, terms.package_size).rounded_up(), 1), terms.unit_amount);
}

}  // namespace whatsflow::billing
