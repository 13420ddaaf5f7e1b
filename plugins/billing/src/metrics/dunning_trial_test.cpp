// A policy tried on three refused invoices: paid after 5 days, after 25, never.
#include "dunning_trial.hpp"

#include <gtest/gtest.h>

namespace whatsflow::billing {
namespace {

const LocalDate kRefused = LocalDate::of(2026, 3, 1);

std::vector<RefusedInvoice> three_refusals() {
    std::vector<RefusedInvoice> all(3);
    for (auto& each : all) each.refused_on = kRefused;
    all[0].paid_on = kRefused.plus_days(5);
    all[1].paid_on = kRefused.plus_days(25);
    return all;
}

TEST(DunningTrial, CountsWhatThePolicyWouldHaveDone) {
    const auto outcome = tried_on({}, three_refusals(), kRefused.plus_days(10));

    EXPECT_EQ(outcome.invoices, 3);
    EXPECT_EQ(outcome.limited, 2);    // after 7 days
    EXPECT_EQ(outcome.suspended, 1);  // after 14
    EXPECT_EQ(outcome.canceled, 1);   // after 21
    EXPECT_EQ(outcome.too_late, 1);
    EXPECT_EQ(outcome.retries, 2 + 5 + 3);
}

TEST(DunningTrial, APaymentOnTheDayOfAStepPreventsIt) {
    DunningPolicy strict;
    strict.limited_after = 5;
    EXPECT_EQ(tried_on(strict, {three_refusals()[0]}, kRefused).limited, 0);
    strict.limited_after = 4;
    EXPECT_EQ(tried_on(strict, {three_refusals()[0]}, kRefused).limited, 1);
}

TEST(DunningTrial, AStepThatIsNotThereNeverHappens) {
    DunningPolicy mild;
    mild.limited_after = mild.suspended_after = mild.canceled_after = std::nullopt;
    const auto outcome = tried_on(mild, three_refusals(), kRefused.plus_days(300));

    EXPECT_EQ(outcome.limited + outcome.suspended + outcome.canceled, 0);
    EXPECT_EQ(outcome.too_late, 0);
}

}  // namespace
}  // namespace whatsflow::billing
