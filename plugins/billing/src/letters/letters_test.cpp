// Which event is a reason to write, and that the same cause is named the same.
#include "letters.hpp"

#include <gtest/gtest.h>

namespace whatsflow::billing {
namespace {

TEST(Letters, OnlyATrialIsWelcomed) {
    EXPECT_EQ(letter_for("billing.subscription_started/1", "e", {{"status", "trialing"}})->name, "trial_welcome");
    EXPECT_FALSE(letter_for("billing.subscription_started/1", "e", {{"status", "active"}}));
}

TEST(Letters, WhatCostsNothingIsNotWrittenAbout) {
    EXPECT_TRUE(letter_for("billing.invoice_paid/1", "e", {{"amount", 2900}}));
    EXPECT_FALSE(letter_for("billing.invoice_paid/1", "e", {{"amount", 0}}));
    EXPECT_FALSE(letter_for("billing.invoice_finalised/1", "e", {{"amount", -5}}));
}

TEST(Letters, AThresholdIsOneCauseAPeriodWhateverEventTellsOfIt) {
    const nlohmann::json fields{
        {"tenant", "t"}, {"meter", "messages"}, {"percent", 80}, {"period_start", "2026-03-10"}};
    EXPECT_EQ(letter_for("billing.limit_reached/1", "a", fields)->cause, "t.messages.80.2026-03-10");
    EXPECT_EQ(letter_for("billing.limit_reached/1", "b", fields)->cause, "t.messages.80.2026-03-10");
}

TEST(Letters, ASmallerPlanThanWhatIsInUseIsSaid) {
    const auto letter = letter_for("billing.over_limit/1", "e", {{"meter", "devices"}, {"used", 5}, {"limit", 2}});
    ASSERT_TRUE(letter);
    EXPECT_EQ(letter->name, "over_limit");
    EXPECT_EQ(letter->cause, "e");
}

TEST(Letters, AnUnknownEventIsNoReason) {
    EXPECT_FALSE(letter_for("billing.coupon_redeemed/1", "e", {{"amount", 1}}));
}

}  // namespace
}  // namespace whatsflow::billing
