#include "amount.hpp"

#include "overage.hpp"
#include "refusal.hpp"

#include <gtest/gtest.h>

#include <numeric>
#include <random>

namespace whatsflow::billing {
namespace {

Decimal decimal(const char* text) {
    return *read_decimal(text);
}

TEST(Amounts, RoundHalfUpOnTheAbsoluteValue) {
    EXPECT_EQ(prorated(535, 15, 30), 268);  // 2.675 exactly; a double would say 2.67
    EXPECT_EQ(prorated(-535, 15, 30), -268);
    EXPECT_EQ(prorated(2900, 12, 31), 1123);
    EXPECT_EQ(prorated(2900, 16, 31), 1497);
    EXPECT_EQ(prorated(100980, 250, 366), 68975);
}

TEST(Amounts, AgreeWithAnExactOracle) {
    std::mt19937_64 random(7);
    for (int round = 0; round < 100000; ++round) {
        const auto amount = static_cast<std::int64_t>(random() % 1'000'000'000'000'000ULL);
        const auto whole = static_cast<std::int64_t>(random() % 3660 + 1);
        const auto part = static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(whole + 1));
        // |result × whole − amount × part| ≤ whole / 2, and the half goes up.
        const Wide twice =
            2 * (static_cast<Wide>(prorated(amount, part, whole)) * whole - static_cast<Wide>(amount) * part);
        ASSERT_TRUE(-whole < twice && twice <= whole);
    }
}

TEST(Amounts, TakePercentExactly) {
    EXPECT_EQ(percent_of(2900, decimal("18")), 522);
    EXPECT_EQ(contained_percent(2900, decimal("18")), 442);
    EXPECT_EQ(percent_of(-2900, decimal("18")), -522);
    EXPECT_EQ(percent_of(10, decimal("5.0")), 1);
    EXPECT_EQ(decimal("20"), decimal("20.000"));
    for (const char* wrong : {"", ".", "1.", ".5", "-1", "1e3", "0x1", "1.2.3", "1234567890123456", " 1"})
        EXPECT_FALSE(read_decimal(wrong)) << wrong;
}

TEST(Amounts, SplitByLargestRemainderAndLoseNothing) {
    EXPECT_EQ(split(1000, {2900, 500, 500}), (std::vector<Amount>{744, 128, 128}));
    std::mt19937 random(3);
    for (int round = 0; round < 10000; ++round) {
        std::vector<Amount> weights;
        for (auto count = random() % 6 + 1; count > 0; --count) weights.push_back(random() % 10000);
        const auto all = std::accumulate(weights.begin(), weights.end(), Amount{0});
        const auto parts = split(all / 3, weights);
        if (all == 0) continue;
        ASSERT_EQ(std::accumulate(parts.begin(), parts.end(), Amount{0}), all / 3);
        for (std::size_t at = 0; at < parts.size(); ++at) ASSERT_LE(parts[at], weights[at]);
    }
}

TEST(Amounts, RefuseWhatIsTooLarge) {
    EXPECT_THROW(times(kLargestAmount, 2), Refusal);
    EXPECT_THROW(sum(kLargestAmount, 1), Refusal);
    EXPECT_THROW(percent_of(kLargestAmount, decimal("999999999999999")), Refusal);
    EXPECT_THROW(units_at(INT64_MAX, decimal("999999999999999")), Refusal);
    EXPECT_EQ(times(kLargestAmount, 1), kLargestAmount);
}

TEST(Overages, CostWhatTheirModelSays) {
    const std::vector<OverageTier> tiers{{100, decimal("2")}, {std::nullopt, decimal("1")}};
    EXPECT_EQ(price_of_overage({OverageModel::per_unit, decimal("0.4"), {}, 1, 0}, 1230), 492);
    EXPECT_EQ(price_of_overage({OverageModel::graduated, {}, tiers, 1, 0}, 250), 350);
    EXPECT_EQ(price_of_overage({OverageModel::volume, {}, tiers, 1, 0}, 250), 250);
    EXPECT_EQ(price_of_overage({OverageModel::volume, {}, tiers, 1, 0}, 100), 200);
    EXPECT_EQ(price_of_overage({OverageModel::package, decimal("150"), {}, 100, 50}, 250), 300);
    EXPECT_EQ(price_of_overage({OverageModel::package, decimal("150"), {}, 100, 50}, 50), 0);

    // A part of a unit costs its part; a package that was begun is paid whole.
    const Fraction held(200, 30);  // 6.667
    EXPECT_EQ(price_of_overage({OverageModel::per_unit, decimal("900"), {}, 1, 0}, held), 6000);
    EXPECT_EQ(price_of_overage(
                  {OverageModel::graduated, {}, {{5, decimal("300")}, {std::nullopt, decimal("30")}}, 1, 0}, held),
              1550);
    EXPECT_EQ(
        price_of_overage({OverageModel::volume, {}, {{6, decimal("300")}, {std::nullopt, decimal("30")}}, 1, 0}, held),
        200);
    EXPECT_EQ(price_of_overage({OverageModel::package, decimal("150"), {}, 2, 1}, held), 450);
    EXPECT_EQ(price_of_overage({OverageModel::per_unit, decimal("900"), {}, 1, 0}, Fraction(-1, 30)), 0);
}

}  // namespace
}  // namespace whatsflow::billing
