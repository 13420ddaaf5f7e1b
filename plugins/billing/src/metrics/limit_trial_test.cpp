// A limit's policy tried on four periods: half used, all used, a tenth beyond, twice as much.
#include "limit_trial.hpp"

#include <gtest/gtest.h>

namespace whatsflow::billing {
namespace {

const std::vector<UsedLimit> kPeriods{
    {500, 1000, "USD"}, {1000, 1000, "USD"}, {1100, 1000, "USD"}, {2000, 1000, "LKR"}};

Meter a_meter(LimitKind kind, int grace = 0) {
    Meter meter;
    meter.policy.kind = kind;
    meter.policy.grace_percent = grace;
    return meter;
}

TEST(LimitTrial, CountsWhoWouldHaveBeenStopped) {
    const auto hard = tried_on(a_meter(LimitKind::hard), kPeriods);
    EXPECT_EQ(hard.counters, 4);
    EXPECT_EQ(hard.warned, 3);
    EXPECT_EQ(hard.stopped, 3);
    EXPECT_EQ(hard.refused, 1100);
    const auto grace = tried_on(a_meter(LimitKind::grace, 20), kPeriods);
    EXPECT_EQ(grace.stopped, 1);
    EXPECT_EQ(grace.refused, 800);
    const auto soft = tried_on(a_meter(LimitKind::soft), kPeriods);
    EXPECT_EQ(soft.stopped, 0);
    EXPECT_EQ(soft.refused, 0);
}

TEST(LimitTrial, SumsWhatUseBeyondWouldCost) {
    auto meter = a_meter(LimitKind::hard);
    meter.overage.emplace();
    meter.overage->unit_amount = *read_decimal("0.5");
    const auto billed = tried_on(meter, kPeriods);
    EXPECT_EQ(billed.stopped, 0) << "whoever pays is not stopped";
    EXPECT_EQ(billed.overage.at("USD"), 50);
    EXPECT_EQ(billed.overage.at("LKR"), 500);
}

TEST(TaxTrial, IsOnTopOrInside) {
    TaxRate rate;
    rate.percent = *read_decimal("18");
    EXPECT_EQ(tax_at(rate, 2900), 522);
    rate.inclusive = true;
    EXPECT_EQ(tax_at(rate, 2900), 442);
    rate.percent = *read_decimal("7.5");
    rate.inclusive = false;
    EXPECT_EQ(tax_at(rate, 1000), 75);
}

}  // namespace
}  // namespace whatsflow::billing
