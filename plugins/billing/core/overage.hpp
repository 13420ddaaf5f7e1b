/// \file
/// What usage beyond the included amount costs.
///
/// 250 units with tiers "up to 100 at 2, then 1": graduated costs 100×2 + 150×1 = 350, volume
/// 250×1 = 250. A package of 100 at 150 with 50 free: ceil((250-50)/100) = 2, so 300.
#pragma once

#include "amount.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace whatsflow::billing {

enum class OverageModel { per_unit, graduated, volume, package };

std::string_view to_text(OverageModel model);
std::optional<OverageModel> read_overage_model(std::string_view text);

struct OverageTier {
    std::optional<std::int64_t> up_to;  ///< inclusive; the last tier has none
    Decimal unit_amount;

    bool operator==(const OverageTier&) const = default;
};

struct Overage {
    OverageModel model = OverageModel::per_unit;
    Decimal unit_amount;             ///< per_unit: of one unit; package: of one package
    std::vector<OverageTier> tiers;  ///< graduated and volume
    std::int64_t package_size = 1;
    std::int64_t free_units = 0;  ///< package: units that open no package

    bool operator==(const Overage&) const = default;
};

/// The price of `units` beyond what is included; zero for none. A part of a unit costs its part; a
/// package that was begun is paid whole.
Amount price_of_overage(const Overage& terms, const Fraction& units);
Amount price_of_overage(const Overage& terms, std::int64_t units);

}  // namespace whatsflow::billing
