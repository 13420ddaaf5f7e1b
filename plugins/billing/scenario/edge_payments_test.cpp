// Providers that time out, repeat themselves and change their minds; who pays twice, late or not at all.
#include "edge_cases.hpp"

#include <gtest/gtest.h>

#include <map>

namespace whatsflow::billing::scenario {
namespace {

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

TEST(EdgeCases, E21ACardThatExpiresIsNoErrorUntilItIsRefused) {
    const auto outcomes = told(R"([{"at":"2026-03-10","do":"payments","outcomes":["success","hard_decline"]},)" +
                               kMonthly + R"(,{"at":"2026-04-12","do":"advance"}])");
    EXPECT_EQ(outcomes.account.payments.size(), 2U);  // no automatic retry with a dead card
    EXPECT_EQ(outcomes.account.subscriptions[0].state, SubscriptionState::past_due);
    EXPECT_EQ(access_of(outcomes.account.subscriptions[0]), Access::full);
}

TEST(EdgeCases, E28WhatIsRefundableIsNeverNegative) {
    const auto outcomes = told(story(
        R"({"at":"2026-03-11","do":"refund","invoice":1,"amount":900},{"at":"2026-03-12","do":"chargeback","invoice":1},
        {"at":"2026-03-12","do":"refund","invoice":1,"must_fail":true},{"at":"2026-03-20","do":"chargeback_reversed","invoice":1},
        {"at":"2026-03-21","do":"refund","invoice":1,"amount":2001,"must_fail":true},{"at":"2026-03-21","do":"refund","invoice":1})"));
    EXPECT_TRUE(outcomes.errors.empty());
    EXPECT_EQ(refundable(outcomes.account, outcomes.account.invoices[0]), 0);
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

}  // namespace

}  // namespace whatsflow::billing::scenario
