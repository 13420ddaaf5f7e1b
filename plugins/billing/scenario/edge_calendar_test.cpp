// Where the calendar is odd: month ends, leap days, time zones, clocks, machines that slept.
#include "edge_cases.hpp"

#include <gtest/gtest.h>

namespace whatsflow::billing::scenario {
namespace {

TEST(EdgeCases, E1AnAnchorOnThe31stClampsAndComesBack) {
    const auto outcomes = told(
        R"([{"at":"2027-01-31","do":"subscribe","plan":"starter","interval":"month"},{"at":"2028-03-31","do":"advance"}])");
    EXPECT_EQ(period_starts(outcomes),
              (std::vector<std::string>{"2027-01-31", "2027-02-28", "2027-03-31", "2027-04-30", "2027-05-31",
                                        "2027-06-30", "2027-07-31", "2027-08-31", "2027-09-30", "2027-10-31",
                                        "2027-11-30", "2027-12-31", "2028-01-31", "2028-02-29", "2028-03-31"}));
    for (const auto total : totals(outcomes)) EXPECT_EQ(total, 2900);
}

TEST(EdgeCases, E2AYearFromALeapDay) {
    const auto outcomes = told(
        R"([{"at":"2028-02-29","do":"subscribe","plan":"starter","interval":"year"},{"at":"2032-02-29","do":"advance"}])");
    EXPECT_EQ(period_starts(outcomes),
              (std::vector<std::string>{"2028-02-29", "2029-02-28", "2030-02-28", "2031-02-28", "2032-02-29"}));
}

TEST(EdgeCases, E3AChangeOfTheClockChangesNoAmount) {
    const std::string steps = story(
        R"({"at":"2026-03-25","do":"change_plan","plan":"pro","interval":"month","when":"now"},{"at":"2026-11-30","do":"advance"})");
    const auto utc = totals(told(steps));
    for (const char* zone :
         {"America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "America/Havana", "Africa/Cairo"})
        EXPECT_EQ(totals(told(steps, R"({"timezone":")" + std::string(zone) + "\"}")), utc) << zone;
}

TEST(EdgeCases, E4TheLocalDateCountsNotThatOfUtc) {
    const auto outcomes =
        told(R"([{"at":"2026-01-11T07:30:00Z","do":"subscribe","plan":"starter","interval":"month"}])",
             R"({"timezone":"America/Los_Angeles"})");
    EXPECT_EQ(outcomes.account.invoices[0].lines[0].span.from.text(), "2026-01-10");
}

TEST(EdgeCases, E5AnotherTimeZoneLeavesThePeriodAndMovesTheNextBoundary) {
    Left left(story(""));
    const auto before = next_due(left.account(), left.outcomes.catalogue)->at;
    ASSERT_TRUE(left.send(SetTimeZone{"Asia/Colombo"}, "2026-03-20"));
    EXPECT_EQ(left.subscription().period().to.text(), "2026-04-10");
    EXPECT_EQ(before - next_due(left.account(), left.outcomes.catalogue)->at, std::chrono::minutes{330});
}

TEST(EdgeCases, E24AfterFortyDaysAsleepEachPeriodIsBilledOnce) {
    Left left(R"([{"at":"2026-01-31","do":"subscribe","plan":"starter","interval":"month"}])");
    const auto now = left.at("2026-04-11");  // since 28 February nobody ran anything
    std::vector<std::string> starts;
    for (auto ran = run_due(left.account(), now); ran && !ran->empty(); ran = run_due(left.account(), now))
        for (const auto& charge : ran->charges)
            ASSERT_TRUE(
                apply(left.account(),
                      {ChargeAnswered{charge.payment, ChargeResult::declined, {}, {}, {}}, {}, {}, std::nullopt, false},
                      now));
    for (const auto& invoice : left.account().invoices) starts.push_back(invoice.lines[0].span.from.text());
    EXPECT_EQ(starts, (std::vector<std::string>{"2026-01-31", "2026-02-28", "2026-03-31"}));
    EXPECT_EQ(left.account().invoices[1].dunning->started_on.text(), "2026-04-11");  // not overdue since February
    EXPECT_EQ(left.subscription().state, SubscriptionState::past_due);
    EXPECT_EQ(left.subscription().overdue, OverdueLevel::notice);
}

TEST(EdgeCases, E25AClockThatStepsBackBillsNothingAgain) {
    Left left(story(R"({"at":"2026-04-10","do":"advance"})"));
    const auto ran = run_due(left.account(), left.at("2026-03-01"));
    ASSERT_TRUE(ran);
    EXPECT_TRUE(ran->empty());
    ASSERT_TRUE(left.send(GrantCredit{100, "x", CreditSource::goodwill, {}, 0}, "2026-03-01"));
    EXPECT_EQ(left.account().credit_entries.back().on.text(), "2026-04-10");
}

}  // namespace

}  // namespace whatsflow::billing::scenario
