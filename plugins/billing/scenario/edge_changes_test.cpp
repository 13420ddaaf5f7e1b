// Plans, prices and quantities that change at awkward moments, twice, or at once.
#include "edge_cases.hpp"

#include <gtest/gtest.h>

namespace whatsflow::billing::scenario {
namespace {

TEST(EdgeCases, E6UpDownUpWithinAPeriodStaysWithinTheRoundings) {
    const auto outcomes =
        told(story(R"({"at":"2026-03-15","do":"change_plan","plan":"pro","interval":"month","when":"auto"},
        {"at":"2026-03-20","do":"change_plan","plan":"starter","interval":"month","when":"auto"},
        {"at":"2026-03-25","do":"change_plan","plan":"pro","interval":"month","when":"auto"},{"at":"2026-04-10","do":"advance"})"));
    // The downgrade waited and the last request took it back: pro from 15 March on.
    EXPECT_EQ(totals(outcomes), (std::vector<Amount>{2900, 8303 - 2432, 9900}));
}

TEST(EdgeCases, E7AnUpgradeOnTheFirstDayTheLastDayAndAtTheRenewal) {
    const auto change = [](const char* day) {
        return totals(told(story(
            R"({"at":")" + std::string(day) +
            R"(","do":"change_plan","plan":"pro","interval":"month","when":"now"},{"at":"2026-04-10","do":"advance"})")));
    };
    EXPECT_EQ(change("2026-03-10"), (std::vector<Amount>{2900, 7000, 9900}));
    EXPECT_EQ(change("2026-04-09"), (std::vector<Amount>{2900, 319 - 94, 9900}));
    EXPECT_EQ(change("2026-04-10"), (std::vector<Amount>{2900, 9900}));
}

TEST(EdgeCases, E8ACreditIsOfThePaidPriceThoughTheCouponIsOver) {
    auto story_with =
        story_of(R"([{"at":"2026-03-10","do":"subscribe","plan":"starter","interval":"month","coupon":"SAVE20"},
        {"at":"2026-03-25","do":"change_plan","plan":"pro","interval":"month","when":"now"}])");
    story_with.catalogue.coupons[0].duration = {CouponDuration::Kind::once, 1};
    const auto outcomes = *run_story(story_with);
    EXPECT_EQ(totals(outcomes), (std::vector<Amount>{2320, 5110 - 1197}));
}

TEST(EdgeCases, E14AChangeAndARenewalAtOneInstantNeverBillBothPlans) {
    const auto change_first = totals(told(story(
        R"({"at":"2026-04-10","do":"change_plan","plan":"pro","interval":"month","when":"now"},{"at":"2026-04-10","do":"advance"})")));
    const auto renewal_first = totals(told(story(
        R"({"at":"2026-04-10","do":"advance"},{"at":"2026-04-10","do":"change_plan","plan":"pro","interval":"month","when":"now"})")));
    EXPECT_EQ(change_first, (std::vector<Amount>{2900, 9900}));
    EXPECT_EQ(renewal_first, (std::vector<Amount>{2900, 2900, 7000}));  // the same net amount
}

TEST(EdgeCases, E15OfTwoWhoChangeAtOnceTheSecondIsToldSo) {
    Left left(story(""));
    const auto seen = left.account().profile.version;
    const Request first{ChangePlan{"pro", kMonth, When::now, AnchorChoice::by_interval, {}}, {}, {}, seen, false};
    ASSERT_TRUE(apply(left.account(), first, left.at("2026-03-20")));
    const auto second = apply(left.account(), first, left.at("2026-03-20"));
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, "billing.version_conflict");
}

TEST(EdgeCases, ACancellationThatWaitsAlsoEndsWhatALaterChangeBegins) {
    const auto outcomes = told(story(
        R"({"at":"2026-03-20","do":"cancel"},{"at":"2026-03-25","do":"change_plan","plan":"starter","interval":"year","when":"now"},{"at":"2026-04-12","do":"advance"})"));
    // A year is begun, and paid for until the day of the cancellation only: 295.80 × 16/365.
    EXPECT_EQ(totals(outcomes), (std::vector<Amount>{2900, 1297 - 1497}));
    EXPECT_EQ(outcomes.account.subscriptions[0].state, SubscriptionState::canceled);
}

TEST(EdgeCases, E19ANewPriceWaitsForAPeriodThatItIsMeantFor) {
    const auto outcomes = told(story(
        R"({"at":"2026-03-20","do":"set_price","plan":"starter","interval":"month","amount":3900,"from":"2026-03-20","existing_from":"2026-05-01"},{"at":"2026-05-10","do":"advance"})"));
    EXPECT_EQ(totals(outcomes), (std::vector<Amount>{2900, 2900, 3900}));
    const auto kept = told(story(
        R"({"at":"2026-03-20","do":"set_price","plan":"starter","interval":"month","amount":3900,"existing_from":null},{"at":"2026-05-10","do":"advance"})"));
    EXPECT_EQ(totals(kept), (std::vector<Amount>{2900, 2900, 2900}));
}

TEST(EdgeCases, APriceForExistingSubscribersIsForPeriodsThatBeginOnItsVeryDay) {
    const auto day = LocalDate::of(2026, 5, 1);
    Price price{"USD", kMonth, {{1, 2900, LocalDate{}, std::nullopt}, {2, 3900, LocalDate{}, day}}};
    EXPECT_EQ(version_for_existing(price, 1, day.plus_days(-1))->version, 1);
    EXPECT_EQ(version_for_existing(price, 1, day)->version, 2);
}

TEST(EdgeCases, E20ARetiredPlanKeepsItsSubscribersAndTakesNoNewOnes) {
    Left left(story(""));
    left.outcomes.catalogue.plans[0].retired = true;
    const auto renewal = run_due(left.account(), left.at("2026-04-10"));
    ASSERT_TRUE(renewal);
    EXPECT_EQ(left.last_invoice().total, 2900);
    pay_all(left, *renewal, "2026-04-10");
    ASSERT_TRUE(left.send(Cancel{When::now, CreditChoice::none}, "2026-04-11"));
    const auto refused = left.send(Subscribe{"starter", kMonth, 1, true, {}, {}}, "2026-04-12");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, "billing.plan_retired");
}

TEST(EdgeCases, E22AGaugeAboveItsLimitAllowsNoMoreAndNeverGoesBelowZero) {
    auto shrinking = story_of(R"([{"at":"2026-03-10","do":"subscribe","plan":"pro","interval":"month"},
        {"at":"2026-03-11","do":"usage","meter":"messages","quantity":5},
        {"at":"2026-03-12","do":"change_plan","plan":"starter","interval":"month","when":"now"},
        {"at":"2026-03-13","do":"usage","meter":"messages","quantity":1},
        {"at":"2026-03-14","do":"usage","meter":"messages","quantity":-6},
        {"at":"2026-03-14","do":"usage","meter":"messages","quantity":-4}])");
    shrinking.catalogue.meters[0].reset = MeterReset::never;
    shrinking.catalogue.meters[0].overage.reset();
    shrinking.catalogue.plans[0].limits["messages"] = 2;
    const auto outcomes = *run_story(shrinking);
    ASSERT_EQ(outcomes.errors.size(), 2U);
    EXPECT_EQ(outcomes.errors[0].code, "limit_exceeded");
    EXPECT_EQ(outcomes.errors[1].code, "bad_quantity");
    EXPECT_EQ(outcomes.account.counters[0].used, 1);  // nothing was deleted for the customer
    const auto over = std::ranges::find(outcomes.events, "billing.over_limit/1", &BillingEvent::type);
    ASSERT_NE(over, outcomes.events.end());
    EXPECT_EQ(over->fields.at("used"), 5);
    EXPECT_EQ(over->fields.at("limit"), 2);
    EXPECT_EQ(std::ranges::count(outcomes.events, "billing.over_limit/1", &BillingEvent::type), 1);
}

TEST(EdgeCases, E27AnUpgradeInTheLastMinuteOfATrialKeepsItsEnd) {
    const auto outcomes = told(R"([{"at":"2026-02-24","do":"subscribe","plan":"try","interval":"month"},
        {"at":"2026-03-02T23:59:00Z","do":"change_plan","plan":"pro","interval":"month","when":"now"},{"at":"2026-03-04","do":"advance"}])");
    ASSERT_EQ(outcomes.account.invoices.size(), 1U);
    EXPECT_EQ(outcomes.account.invoices[0].lines[0].span, (Span{LocalDate::of(2026, 3, 3), LocalDate::of(2026, 4, 3)}));
}

TEST(EdgeCases, E31TwoPausesOnAnAnnualPlanLeaveExactNetDays) {
    const auto outcomes = told(R"([{"at":"2026-01-01","do":"subscribe","plan":"starter","interval":"year"},
        {"at":"2026-03-01","do":"pause","when":"now"},{"at":"2026-04-01","do":"resume"},{"at":"2026-06-01","do":"pause","when":"now"},{"at":"2026-07-01","do":"resume"},{"at":"2027-01-01","do":"advance"}])");
    int days = 0;
    for (const auto& invoice : outcomes.account.invoices)
        for (const auto& line : invoice.lines)
            if (line.type == LineType::recurring && line.span.from < LocalDate::of(2027, 1, 1))
                days += days_between(line.span.from, line.kept_until);
    EXPECT_EQ(days, 365 - 31 - 30);
    EXPECT_EQ(outcomes.account.subscriptions[0].period().from.text(), "2027-01-01");
}

/// An annual plan whose monthly add-on is not paid in February and not in April.
Outcomes told_of_two_blocks(bool blocks_billing) {
    auto story = story_of(R"([{"at":"2026-01-10","do":"subscribe","plan":"starter","interval":"year"},
        {"at":"2026-01-10","do":"add","add_on":"device"},
        {"at":"2026-01-11","do":"payments","outcomes":["decline","decline","success","success","decline","decline"]},
        {"at":"2026-03-03","do":"pay"},{"at":"2026-05-01","do":"pay"},{"at":"2027-01-10","do":"advance"}])");
    DunningPolicy policy;
    policy.retry_days = {1};
    policy.canceled_after.reset();
    policy.blocks_billing = blocks_billing;
    story.catalogue.dunning = {policy};
    CheckedStore store(*open_account(story.profile));
    auto outcomes = run_story(story, store);
    EXPECT_TRUE(outcomes);
    expect_sound(*outcomes, "two blocks");
    return std::move(*outcomes);
}

TEST(EdgeCases, E31TwoBlocksThatStopBillingGiveBackTheirDaysOfAllThatWasPaid) {
    const auto outcomes = told_of_two_blocks(true);
    ASSERT_TRUE(outcomes.errors.empty()) << outcomes.errors[0].message;
    std::vector<std::string> credits;
    for (const auto& invoice : outcomes.account.invoices)
        for (const auto& line : invoice.lines)
            if (line.credit)
                credits.push_back(line.code + " " + line.span.from.text() + " " + line.span.to.text() + " " +
                                  std::to_string(line.amount));
    EXPECT_EQ(credits, (std::vector<std::string>{"starter 2026-02-24 2026-03-03 -567",   // 29580 × 7/365
                                                 "device 2026-02-24 2026-03-03 -225",    // 900 × 7/28
                                                 "starter 2026-04-24 2026-05-01 -567",   // again
                                                 "device 2026-04-24 2026-05-01 -210"}))  // 900 × 7/30
        << "of the whole plan, once for each time";
    EXPECT_EQ(outcomes.account.subscriptions[0].state, SubscriptionState::active);
    EXPECT_FALSE(outcomes.account.subscriptions[0].blocked_since);
    EXPECT_EQ(outcomes.account.subscriptions[0].period().from.text(), "2027-01-10");
}

TEST(EdgeCases, E31ABlockOfAccessAloneGivesNothingBack) {
    for (const auto& invoice : told_of_two_blocks(false).account.invoices)
        for (const auto& line : invoice.lines) EXPECT_FALSE(line.credit) << line.code;
}

/// A renewal that is refused on 1 April, under a policy that suspends on the 5th and bills nothing then.
Outcomes told_of_a_block(const std::string& more) {
    auto told = story_of(R"([{"at":"2026-02-28","do":"payments","outcomes":["success","decline","pending","decline"]},
        {"at":"2026-03-01","do":"subscribe","plan":"starter","interval":"month"},)" +
                         more + "]");
    DunningPolicy policy;
    policy.retry_days = {};
    policy.limited_after.reset();
    policy.suspended_after = 4;
    policy.canceled_after = 60;
    policy.blocks_billing = true;
    told.catalogue.dunning = {policy};
    auto outcomes = run_story(told);
    EXPECT_TRUE(outcomes) << outcomes.error().message;
    EXPECT_TRUE(outcomes->errors.empty());
    return std::move(*outcomes);
}

TEST(Blocks, GoOnWhenAChangeFromBeforeThemIsPaid) {
    const auto outcomes = told_of_a_block(R"({"at":"2026-04-03","do":"add","add_on":"seat","quantity":1},
        {"at":"2026-04-10","do":"notice","invoice":3,"kind":"paid"})");
    const auto& subscription = outcomes.account.subscriptions[0];
    EXPECT_EQ(subscription.items.size(), 2U);
    EXPECT_EQ(subscription.state, SubscriptionState::suspended);
    ASSERT_TRUE(subscription.blocked_since);
    EXPECT_EQ(subscription.blocked_since->text(), "2026-04-05") << "its days are counted from the first";
}

TEST(Blocks, WhoeverNeverPaysIsCanceledForThat) {
    const auto outcomes = told_of_a_block(R"({"at":"2026-07-01","do":"advance"})");
    EXPECT_EQ(outcomes.account.subscriptions[0].state, SubscriptionState::canceled);
    const auto left = std::ranges::find(outcomes.events, "billing.subscription_canceled/1", &BillingEvent::type);
    ASSERT_NE(left, outcomes.events.end());
    EXPECT_EQ(left->fields.dump().find("\"reason\":\"not_paid\"") != std::string::npos, true) << left->fields;
}

TEST(Blocks, AreOfDunningAloneAlsoWhenACardIsDisputedBeside) {
    const auto outcomes = told_of_a_block(R"({"at":"2026-04-02","do":"chargeback","invoice":1})");
    const auto& subscription = outcomes.account.subscriptions[0];
    EXPECT_EQ(subscription.state, SubscriptionState::suspended);
    EXPECT_EQ(subscription.overdue, OverdueLevel::notice);
    EXPECT_FALSE(subscription.blocked_since) << "a dispute stops the access, not the billing";
}

TEST(Blocks, EndWithTheSubscription) {
    const auto outcomes = told_of_a_block(R"({"at":"2026-04-10","do":"cancel","when":"now"})");
    EXPECT_EQ(outcomes.account.subscriptions[0].state, SubscriptionState::canceled);
    EXPECT_FALSE(outcomes.account.subscriptions[0].blocked_since);
}

}  // namespace

}  // namespace whatsflow::billing::scenario
