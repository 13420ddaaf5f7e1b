// The numbers of one month, worked out by hand.
#include "revenue_metrics.hpp"

#include <gtest/gtest.h>

namespace whatsflow::billing {
namespace {

using enum MrrMovementKind;

/// Six Starter and three Professional by the month and one Starter by the year at the start; then
/// two new Starters, one up, one down, one gone, and a former customer back on Professional.
RevenueMetrics a_month() {
    const std::vector<MovementSum> before{{"USD", new_business, {6 * 2900 + 3 * 9900, 1}, 9},
                                          {"USD", new_business, {29580, 12}, 1}};
    const std::vector<MovementSum> within{{"USD", new_business, {5800, 1}, 2},
                                          {"USD", expansion, {7000, 1}, 1},
                                          {"USD", contraction, {7000, 1}, 1},
                                          {"USD", churn, {2900, 1}, 1},
                                          {"USD", reactivation, {9900, 1}, 1}};
    return revenue_metrics(before, within, {{"USD", 10, 1, 12}}).at(0);
}

TEST(RevenueMetrics, StartAndMovementsMakeTheEnd) {
    const auto month = a_month();

    EXPECT_EQ(month.start_mrr.rounded(), 49565);
    EXPECT_EQ(month.end_mrr().rounded(), 62365);
    EXPECT_EQ(month.arr().rounded(), 748380);
}

TEST(RevenueMetrics, RatiosAreExactAndShownWithTwoDecimals) {
    const auto month = a_month();

    EXPECT_EQ(month.gross_churn()->percent_text(), "19.97 %");
    EXPECT_EQ(month.net_churn()->percent_text(), "-14.12 %");
    EXPECT_EQ(month.nrr()->percent_text(), "94.15 %");
    EXPECT_EQ(month.grr()->percent_text(), "80.03 %");
    EXPECT_EQ(month.logo_churn()->percent_text(), "10.00 %");
    EXPECT_EQ(month.quick_ratio()->text(), "2.29");
}

TEST(RevenueMetrics, ACustomerIsWorthItsMarginOverTheChurn) {
    EXPECT_EQ(a_month().arpa(), 5197);
    EXPECT_EQ(a_month().ltv(85), 44175);
}

TEST(RevenueMetrics, WhatHasNothingBelowItIsUndefined) {
    const auto first = revenue_metrics({}, {{"USD", new_business, {2900, 1}, 1}}, {{"USD", 0, 0, 1}}).at(0);

    EXPECT_EQ(first.end_mrr().rounded(), 2900);
    EXPECT_FALSE(first.nrr());
    EXPECT_FALSE(first.logo_churn());
    EXPECT_FALSE(first.ltv(80));
    EXPECT_FALSE(first.quick_ratio());
}

TEST(RevenueMetrics, CurrenciesAreNeverAddedUp) {
    const auto both =
        revenue_metrics({{"USD", new_business, {2900, 1}, 1}}, {{"LKR", new_business, {890000, 1}, 1}}, {});

    ASSERT_EQ(both.size(), 2U);
    EXPECT_EQ(both[0].currency, "LKR");
    EXPECT_EQ(both[0].end_mrr().rounded(), 890000);
    EXPECT_EQ(both[1].end_mrr().rounded(), 2900);
}

TEST(RevenueMetrics, RecoveredIsWhatWasPaidAfterARefusal) {
    RefusedInvoice paid, open;
    paid.invoice.currency = open.invoice.currency = "USD";
    paid.invoice.total = 2900;
    open.invoice.total = 8700;
    paid.paid_on = LocalDate::of(2026, 3, 10);

    const auto found = recoveries({paid, open});

    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].recovered, 1);
    EXPECT_EQ(found[0].rate()->percent_text(), "25.00 %");
}

}  // namespace
}  // namespace whatsflow::billing
