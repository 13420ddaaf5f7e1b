// E1 to E32 of the billing model, each by name. What the engine cannot see (a host's clock, another
// process) is tested by what it hands to those who can.
#include "test_stories.hpp"

#include <gtest/gtest.h>

#include <map>

namespace whatsflow::billing::scenario {
namespace {

const std::string kMonthly = R"({"at":"2026-03-10","do":"subscribe","plan":"starter","interval":"month"})";

std::string story(const std::string& rest) {
    return "[" + kMonthly + (rest.empty() ? "" : ",") + rest + "]";
}

class EdgeIds final : public IdSource {
public:
    std::string make() override { return "e" + std::to_string(++count_); }

private:
    int count_ = 0;
};

/// An account as a story left it, to go on with by hand.
struct Left {
    explicit Left(const std::string& steps, const std::string& account_keys = "{}")
        : outcomes(told(steps, account_keys)) {}

    Surroundings at(const std::string& moment) {
        const auto day = *read_date(moment.substr(0, 10));
        return {outcomes.catalogue, start_of_day(day, outcomes.account.profile.time_zone), ids};
    }
    sdk::Result<Changes> send(const Command& command, const std::string& moment) {
        return apply(outcomes.account, {command, {}, {}, std::nullopt, false}, at(moment));
    }
    Account& account() { return outcomes.account; }
    Subscription& subscription() { return outcomes.account.subscriptions.back(); }
    const Invoice& last_invoice() { return outcomes.account.invoices.back(); }

    Outcomes outcomes;
    EdgeIds ids;
};

/// Charges that the changes ask for are answered with success.
void pay_all(Left& left, const Changes& changes, const std::string& moment) {
    for (const auto& charge : changes.charges)
        ASSERT_TRUE(left.send(ChargeAnswered{charge.payment, ChargeResult::succeeded, {}, {}, {}}, moment));
}

const Interval kMonth{IntervalUnit::month, 1};

std::vector<std::string> period_starts(const Outcomes& outcomes) {
    std::vector<std::string> starts;
    for (const auto& invoice : outcomes.account.invoices) starts.push_back(invoice.lines.front().span.from.text());
    return starts;
}

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

TEST(EdgeCases, E9PartialRefundsSumToTheInvoiceAndNoMore) {
    const auto outcomes = told(
        story(
            R"({"at":"2026-03-11","do":"refund","invoice":1,"amount":333},{"at":"2026-03-11","do":"refund","invoice":1,"amount":334},
        {"at":"2026-03-11","do":"refund","invoice":1,"amount":335},{"at":"2026-03-12","do":"refund","invoice":1},{"at":"2026-03-12","do":"refund","invoice":1})"),
        R"({"tax_percent":"18"})");
    Amount net = 0;
    Amount tax = 0;
    for (const auto& note : outcomes.account.credit_notes) {
        net += note.net;
        tax += note.tax;
    }
    EXPECT_EQ(net, 2900);
    EXPECT_EQ(tax, 522);
    ASSERT_EQ(outcomes.errors.size(), 1U);
    EXPECT_EQ(outcomes.errors[0].code, "nothing_to_refund");
}

TEST(EdgeCases, WhatWasPaidInTwoPartsGoesBackToEachOfThem) {
    const auto outcomes =
        told(R"([{"at":"2026-03-10","do":"payments","outcomes":["success","partial:700"]},)" + kMonthly +
             R"(,{"at":"2026-04-12","do":"advance"},{"at":"2026-04-12","do":"refund","invoice":2}])");
    ASSERT_TRUE(outcomes.errors.empty());
    std::map<PaymentId, Amount> back;
    for (const auto& payment : outcomes.account.payments)
        if (payment.kind == PaymentKind::refund) back[*payment.of] += payment.amount;
    ASSERT_EQ(back.size(), 2U);
    for (const auto& payment : outcomes.account.payments)
        if (back.contains(payment.id)) {
            EXPECT_EQ(back.at(payment.id), -payment.amount);
        }
}

TEST(EdgeCases, ARefusalThatIsToldTwiceIsOneRefusal) {
    Left left(story(""));
    const auto renewal = run_due(left.account(), left.at("2026-04-10"));
    const ChargeAnswered refused{renewal->charges.at(0).payment, ChargeResult::declined, {}, "no_money", {}};
    const auto first = left.send(refused, "2026-04-10");
    const auto again = left.send(refused, "2026-04-10");
    ASSERT_TRUE(first && again);
    EXPECT_EQ(std::ranges::count(first->events, "billing.payment_failed/1", &BillingEvent::type), 1);
    EXPECT_EQ(std::ranges::count(again->events, "billing.payment_failed/1", &BillingEvent::type), 0)
        << "no second mail";
}

TEST(EdgeCases, E10ALateSuccessAfterCancellationIsKeptAndFlagged) {
    const auto outcomes = told(
        R"([{"at":"2026-03-10","do":"payments","outcomes":["unknown"]},)" + kMonthly +
        R"(,{"at":"2026-03-11","do":"cancel","when":"now"},{"at":"2026-03-14","do":"notice","invoice":1,"kind":"paid","times":2}])");
    EXPECT_EQ(outcomes.account.credit_balance(), 2900);
    EXPECT_EQ(std::ranges::count(outcomes.events, "billing.late_payment_kept/1", &BillingEvent::type), 1);
}

TEST(EdgeCases, E11TheNoticeMayComeBeforeTheAnswerOfTheCall) {
    Left left("[{\"at\":\"2026-03-10\",\"do\":\"advance\"}]");
    const auto started = left.send(Subscribe{"starter", kMonth, 1, true, {}, {}}, "2026-03-10");
    ASSERT_TRUE(started);
    ASSERT_TRUE(left.send(Notice{left.last_invoice().id, NoticeKind::paid}, "2026-03-10"));
    pay_all(left, *started, "2026-03-10");
    EXPECT_EQ(left.last_invoice().amount_paid, 2900);
    EXPECT_EQ(left.account().payments.size(), 1U);
    EXPECT_EQ(left.account().credit_balance(), 0) << "told twice, and counted once";
    EXPECT_EQ(left.subscription().state, SubscriptionState::active);
}

TEST(EdgeCases, E12ATimeoutAtTheRenewalIsUnknownAndStartsNoDunning) {
    const auto outcomes = told(R"([{"at":"2026-03-10","do":"payments","outcomes":["success","unknown"]},)" + kMonthly +
                               R"(,{"at":"2026-05-01","do":"advance"}])");
    EXPECT_EQ(outcomes.account.payments.size(), 2U);
    EXPECT_EQ(outcomes.account.payments[1].status, PaymentStatus::unknown);
    EXPECT_FALSE(outcomes.account.invoices[1].dunning);
    EXPECT_EQ(outcomes.account.subscriptions[0].state, SubscriptionState::active);
}

TEST(EdgeCases, DunningCountsFromTheDayOfACertainRefusalNotFromWhenItWasDue) {
    const auto outcomes = told(
        R"([{"at":"2026-03-10","do":"payments","outcomes":["success","pending","decline","decline"]},)" + kMonthly +
        R"(,{"at":"2026-04-14","do":"notice","invoice":2,"kind":"failed"},{"at":"2026-04-17","do":"advance"}])");
    const auto& invoice = outcomes.account.invoices[1];
    EXPECT_EQ(invoice.due_on.text(), "2026-04-10");
    ASSERT_TRUE(invoice.dunning);
    EXPECT_EQ(invoice.dunning->started_on.text(), "2026-04-14");
    // Four days of waiting for the bank are no days of being late.
    std::vector<std::string> days;
    for (const auto& payment : outcomes.account.payments) days.push_back(local_date(payment.started_at, "UTC").text());
    EXPECT_EQ(days, (std::vector<std::string>{"2026-03-10", "2026-04-10", "2026-04-15", "2026-04-17"}));
    EXPECT_EQ(outcomes.account.subscriptions[0].overdue, OverdueLevel::notice);
}

TEST(EdgeCases, DunningNeverCountsFromBeforeTheDueDay) {
    Left left(story(""));
    const auto renewal = run_due(left.account(), left.at("2026-04-10"));
    ASSERT_TRUE(renewal);
    left.account().invoices.back().due_on = LocalDate::of(2026, 4, 24);  // fourteen days to pay
    ASSERT_TRUE(left.send(ChargeAnswered{renewal->charges.at(0).payment, ChargeResult::declined, {}, "no_money", {}},
                          "2026-04-10"));
    EXPECT_EQ(left.last_invoice().dunning->started_on.text(), "2026-04-24");
    const auto retry = next_due(left.account(), left.outcomes.catalogue);
    EXPECT_EQ(local_date(retry->at, "UTC").text(), "2026-04-25");
    ASSERT_TRUE(left.send(ExtendDunning{left.last_invoice().id, 3}, "2026-04-11"));
    EXPECT_EQ(left.last_invoice().dunning->started_on.text(), "2026-04-27");
}

TEST(EdgeCases, E13AProviderThatIsDownIsTriedAgainWithoutAnOverdueStep) {
    Left left(story(""));
    auto now = left.at("2026-04-10");
    const auto back = now.now + std::chrono::hours{48};
    int tries = 0;
    while (true) {
        const auto due = next_due(left.account(), left.outcomes.catalogue);
        if (!due || due->at > back + std::chrono::hours{24}) break;
        const Surroundings around{left.outcomes.catalogue, std::max(due->at, now.now), left.ids};
        const auto changes = run_due(left.account(), around);
        ASSERT_TRUE(changes);
        for (const auto& charge : changes->charges) {
            ++tries;
            const auto result = around.now < back ? ChargeResult::not_attempted : ChargeResult::succeeded;
            ASSERT_TRUE(apply(left.account(),
                              {ChargeAnswered{charge.payment, result, {}, {}, {}}, {}, {}, std::nullopt, false},
                              around));
        }
        EXPECT_EQ(left.subscription().state, SubscriptionState::active);
    }
    EXPECT_GT(tries, 8);
    EXPECT_EQ(left.last_invoice().state, InvoiceState::paid);
    EXPECT_EQ(left.account().invoices.size(), 2U);
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

TEST(EdgeCases, E16ADoubleClickOnPayChargesOnce) {
    Left left(R"([{"at":"2026-03-10","do":"payments","outcomes":["decline"]},)" + kMonthly + "]");
    ASSERT_TRUE(left.send(Pay{}, "2026-03-10"));
    const auto second = left.send(Pay{}, "2026-03-10");
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, "billing.payment_unresolved");
}

TEST(EdgeCases, E17ACrashBetweenChargeAndCommitIsSettledByAsking) {
    Left left(story(""));
    const auto renewal = run_due(left.account(), left.at("2026-04-10"));
    ASSERT_EQ(renewal->charges.size(), 1U);  // and here the process dies
    const auto question = next_due(left.account(), left.outcomes.catalogue);
    EXPECT_EQ(question->kind, JobKind::ask_provider);
    const auto asked = run_due(left.account(), {left.outcomes.catalogue, question->at, left.ids});
    ASSERT_EQ(asked->questions, std::vector<PaymentId>{renewal->charges[0].payment});
    EXPECT_TRUE(asked->charges.empty());
    ASSERT_TRUE(left.send(ChargeAnswered{asked->questions[0], ChargeResult::succeeded, {}, {}, {}}, "2026-04-10"));
    EXPECT_EQ(left.last_invoice().state, InvoiceState::paid);
}

TEST(EdgeCases, E18ACancellationWhileAChargeIsPendingIsRecorded) {
    const auto outcomes = told(R"([{"at":"2026-03-10","do":"payments","outcomes":["success","pending"]},)" + kMonthly +
                               R"(,{"at":"2026-03-20","do":"change_plan","plan":"pro","interval":"month","when":"now"},
        {"at":"2026-03-21","do":"cancel","when":"now"},{"at":"2026-03-22","do":"notice","invoice":2,"kind":"paid"}])");
    EXPECT_EQ(outcomes.account.subscriptions[0].state, SubscriptionState::canceled);
    EXPECT_EQ(outcomes.account.subscriptions[0].plan(), "starter");
    EXPECT_EQ(outcomes.account.credit_balance(), outcomes.account.payments[1].amount);
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

TEST(EdgeCases, CreditIsSpentSoonestExpiryFirstThenByPriority) {
    const auto left_of = [](const GrantCredit& first, const GrantCredit& second) {
        Left left(story(""));
        EXPECT_TRUE(left.send(first, "2026-03-11"));
        EXPECT_TRUE(left.send(second, "2026-03-11"));
        EXPECT_TRUE(run_due(left.account(), left.at("2026-04-10")));
        std::vector<Amount> remaining;
        for (const auto& grant : left.account().grants) remaining.push_back(grant.remaining);
        return remaining;
    };
    const GrantCredit plain{2900, "plain", CreditSource::goodwill, std::nullopt, 0};
    const GrantCredit ends{2900, "ends", CreditSource::goodwill, LocalDate::of(2026, 12, 31), 9};
    const GrantCredit later{2900, "later", CreditSource::goodwill, std::nullopt, 5};
    EXPECT_EQ(left_of(plain, ends), (std::vector<Amount>{2900, 0}));
    EXPECT_EQ(left_of(later, plain), (std::vector<Amount>{2900, 0}));
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

TEST(EdgeCases, E21ACardThatExpiresIsNoErrorUntilItIsRefused) {
    const auto outcomes = told(R"([{"at":"2026-03-10","do":"payments","outcomes":["success","hard_decline"]},)" +
                               kMonthly + R"(,{"at":"2026-04-12","do":"advance"}])");
    EXPECT_EQ(outcomes.account.payments.size(), 2U);  // no automatic retry with a dead card
    EXPECT_EQ(outcomes.account.subscriptions[0].state, SubscriptionState::past_due);
    EXPECT_EQ(access_of(outcomes.account.subscriptions[0]), Access::full);
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

TEST(EdgeCases, E23AnInvoiceOfNothingIsPaidAndATooSmallOneIsCarriedOver) {
    const auto free = told(R"([{"at":"2026-03-10","do":"subscribe","plan":"starter","interval":"month","amount":0}])");
    EXPECT_EQ(free.account.invoices[0].state, InvoiceState::paid);
    EXPECT_TRUE(free.account.payments.empty());

    const auto carried = told(
        R"([{"at":"2026-03-10","do":"subscribe","plan":"starter","interval":"month","amount":30},{"at":"2026-04-10","do":"advance"}])",
        R"({"minimum_charge":50})");
    EXPECT_EQ(totals(carried), (std::vector<Amount>{30, 60}));
    ASSERT_EQ(carried.account.payments.size(), 1U);
    EXPECT_EQ(carried.account.payments[0].amount, 60);
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

TEST(EdgeCases, E26LateUsageIsALabelledCorrectionOnTheNextInvoice) {
    const auto outcomes = told(story(
        R"({"at":"2026-03-20","do":"usage","meter":"messages","quantity":6000,"id":"a"},{"at":"2026-04-12","do":"usage","meter":"messages","quantity":1000,"id":"b","timestamp":"2026-04-09"},{"at":"2026-05-10","do":"advance"})"));
    EXPECT_EQ(totals(outcomes), (std::vector<Amount>{2900, 3300, 3300}));
    EXPECT_EQ(outcomes.account.invoices[2].lines[1].span.from.text(), "2026-03-10");
    EXPECT_FALSE(outcomes.account.invoices[2].lines[1].note.empty());
}

TEST(EdgeCases, E27AnUpgradeInTheLastMinuteOfATrialKeepsItsEnd) {
    const auto outcomes = told(R"([{"at":"2026-02-24","do":"subscribe","plan":"try","interval":"month"},
        {"at":"2026-03-02T23:59:00Z","do":"change_plan","plan":"pro","interval":"month","when":"now"},{"at":"2026-03-04","do":"advance"}])");
    ASSERT_EQ(outcomes.account.invoices.size(), 1U);
    EXPECT_EQ(outcomes.account.invoices[0].lines[0].span, (Span{LocalDate::of(2026, 3, 3), LocalDate::of(2026, 4, 3)}));
}

TEST(EdgeCases, E28WhatIsRefundableIsNeverNegative) {
    const auto outcomes = told(story(
        R"({"at":"2026-03-11","do":"refund","invoice":1,"amount":900},{"at":"2026-03-12","do":"chargeback","invoice":1},
        {"at":"2026-03-12","do":"refund","invoice":1,"must_fail":true},{"at":"2026-03-20","do":"chargeback_reversed","invoice":1},
        {"at":"2026-03-21","do":"refund","invoice":1,"amount":2001,"must_fail":true},{"at":"2026-03-21","do":"refund","invoice":1})"));
    EXPECT_TRUE(outcomes.errors.empty());
    EXPECT_EQ(refundable(outcomes.account, outcomes.account.invoices[0]), 0);
}

TEST(EdgeCases, E29StaffActingAsATenantCannotBill) {
    Left left(story(""));
    const auto refused = apply(left.account(), {Cancel{}, {}, {}, std::nullopt, true}, left.at("2026-03-11"));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, "billing.impersonated");
}

TEST(EdgeCases, E30CurrenciesWithoutAndWithThreeDecimals) {
    for (const char* currency : {"JPY", "KWD"}) {
        const auto outcomes =
            told(story(R"({"at":"2026-03-25","do":"change_plan","plan":"pro","interval":"month","when":"now"})"),
                 R"({"currency":")" + std::string(currency) + "\"}");
        EXPECT_EQ(totals(outcomes), (std::vector<Amount>{2900, 3613}))
            << currency;  // minor units, whatever their number
    }
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

TEST(EdgeCases, AChargebackSuspendsWithoutStoppingBilling) {
    auto story = story_of("[" + kMonthly + R"(,{"at":"2026-03-20","do":"chargeback","invoice":1},
        {"at":"2026-03-27","do":"chargeback_reversed","invoice":1},{"at":"2026-04-10","do":"advance"}])");
    DunningPolicy policy;
    policy.blocks_billing = true;
    story.catalogue.dunning = {policy};
    const auto outcomes = *run_story(story);
    EXPECT_EQ(totals(outcomes), (std::vector<Amount>{2900, 2900}));
}

TEST(EdgeCases, E32DocumentsHoldNoPersonalData) {
    // A tenant that is erased keeps its documents: they name it by its id alone.
    const auto outcomes = told(story(""), R"({"tax_percent":"18"})");
    for (const auto& event : outcomes.events) EXPECT_EQ(event.fields.at("tenant"), "simulation");
}

TEST(HostileNumbers, AreRefusedWithASentence) {
    const auto outcomes = told(
        R"([{"at":"2026-03-10","do":"subscribe","plan":"starter","interval":"month","amount":1000000000000000,"quantity":1000000},
        {"at":"2026-03-10","do":"subscribe","plan":"starter","interval":"month","amount":9223372036854775807},
        {"at":"2026-03-10","do":"subscribe","plan":"starter","interval":"month","quantity":1000001},
        {"at":"2026-03-10","do":"subscribe","plan":"starter","interval":"month","quantity":0},
        {"at":"2026-03-10","do":"subscribe","plan":"starter","interval":"month","amount":-1},
        {"at":"2026-03-10","do":"subscribe","plan":"starter","interval":"month","amount":1000000000000000},
        {"at":"2026-03-25","do":"change_plan","plan":"pro","interval":"month","when":"now","amount":999999999999999},
        {"at":"2026-03-26","do":"set_quantity","quantity":1000000},
        {"at":"2026-03-26","do":"usage","meter":"messages","quantity":9223372036854775807},
        {"at":"2026-03-26","do":"credit","amount":-9223372036854775807},
        {"at":"2026-04-10","do":"advance"}])",
        R"({"tax_percent":"18"})");
    std::vector<std::string> codes;
    for (const auto& error : outcomes.errors) codes.push_back(error.code);
    EXPECT_EQ(codes, (std::vector<std::string>{"amount_too_large", "amount_too_large", "bad_quantity", "bad_quantity",
                                               "bad_amount", "amount_too_large", "not_subscribed", "not_subscribed",
                                               "not_subscribed", "amount_too_large"}));
}

}  // namespace
}  // namespace whatsflow::billing::scenario
