#include "overage.hpp"

#include <algorithm>
#include <array>

namespace whatsflow::billing {
namespace {

constexpr std::array<std::string_view, 4> kModels{"per_unit", "graduated", "volume", "package"};

/// Each tier at its own price; rounded once, over all tiers.
Amount graduated(const std::vector<OverageTier>& tiers, std::int64_t units) {
    Fraction price;
    std::int64_t below = 0;
    for (const auto& tier : tiers) {
        if (units <= below) break;
        const auto end = tier.up_to ? std::min(*tier.up_to, units) : units;
        if (end > below)
            price = price +
                    Fraction(static_cast<Wide>(end - below) * tier.unit_amount.digits, tier.unit_amount.denominator());
        below = std::max(below, end);
    }
    return price.rounded();
}

Amount volume(const std::vector<OverageTier>& tiers, std::int64_t units) {
    for (const auto& tier : tiers)
        if (!tier.up_to || units <= *tier.up_to) return units_at(units, tier.unit_amount);
    return tiers.empty() ? 0 : units_at(units, tiers.back().unit_amount);
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
    if (units <= 0) return 0;
    switch (terms.model) {
        case OverageModel::per_unit: return units_at(units, terms.unit_amount);
        case OverageModel::graduated: return graduated(terms.tiers, units);
        case OverageModel::volume: return volume(terms.tiers, units);
        case OverageModel::package: break;
    }
    const auto paid = std::max<std::int64_t>(0, units - terms.free_units);
    const auto packages = paid / terms.package_size + (paid % terms.package_size == 0 ? 0 : 1);
    return units_at(packages, terms.unit_amount);
}

}  // namespace whatsflow::billing
