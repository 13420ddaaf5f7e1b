// Invoices of renewals that wait as drafts: late usage lands on them, and nothing is billed twice.
#include "edge_cases.hpp"
#include "random_stories.hpp"

#include "core/explain.hpp"

#include <gtest/gtest.h>

namespace whatsflow::billing::scenario {
namespace {

constexpr int kGrace = 3;

Story waiting(Story story) {
    story.grace_days = kGrace;
    return story;
}

/// An account whose invoices of renewals wait for three days.
struct Waiting {
    explicit Waiting(const std::string& steps, const std::string& account_keys = "{}") {
        const auto told_story = waiting(story_of(steps, account_keys));
        auto opened = open_account(told_story.profile);
        CheckedStore store(std::move(*opened));
        auto ran = run_story(told_story, store);
        EXPECT_TRUE(ran) << ran.error().message;
        if (ran) outcomes = std::move(*ran);
        EXPECT_EQ(store.rebuilt(), outcomes.account) << "the named rows do not rebuild the account";
        expect_sound(outcomes, steps);
    }
    Surroundings at(const std::string& day) {
        return {outcomes.catalogue, start_of_day(*read_date(day), outcomes.account.profile.time_zone), ids, nullptr,
                kGrace};
    }
    sdk::Result<Changes> send(const Command& command, const std::string& day) {
        return apply(account(), {command, {}, {}, std::nullopt, false}, at(day));
    }
    std::string refusal(const Command& command, const std::string& day) {
        const auto done = send(command, day);
        return done ? "" : done.error().code;
    }
    Invoice upcoming(const std::string& day) {
        const auto shown = preview(account(), {FinaliseDraft{draft().id}, {}, {}, std::nullopt, false}, at(day));
        EXPECT_TRUE(shown) << shown.error().message;
        return shown && !shown->invoices.empty() ? shown->invoices.front() : Invoice{};
    }
    Account& account() { return outcomes.account; }
    const WaitingDraft& draft() { return account().waiting_drafts.at(0); }
    const Invoice& last() { return account().invoices.back(); }

    Outcomes outcomes;
    EdgeIds ids;
};

const std::string kUsed = R"({"at":"2026-03-20","do":"usage","meter":"messages","quantity":6000,"id":"a"},)";
std::string late_usage(const char* at, const char* of, const char* id) {
    return std::string(R"({"at":")") + at + R"(","do":"usage","meter":"messages","quantity":1000,"id":")" + id +
           R"(","timestamp":")" + of + "\"}";
}
std::string time_passes(const char* day) {
    return std::string(R"({"at":")") + day + R"(","do":"advance"})";
}

TEST(Drafts, TheServiceGoesOnWhileTheInvoiceOfTheRenewalWaits) {
    Waiting told(story(time_passes("2026-04-10")));

    EXPECT_EQ(told.account().invoices.size(), 1U);
    ASSERT_EQ(told.account().waiting_drafts.size(), 1U);
    EXPECT_EQ(told.draft().day.text(), "2026-04-10");
    EXPECT_EQ(told.draft().finalise_on.text(), "2026-04-13");
    EXPECT_EQ(told.account().subscriptions[0].period().to.text(), "2026-05-10");
    EXPECT_EQ(access_of(told.account().subscriptions[0]), Access::full);
    EXPECT_EQ(told.account().payments.size(), 1U);
    const auto due = next_due(told.account(), told.outcomes.catalogue);
    ASSERT_TRUE(due);
    EXPECT_EQ(due->kind, JobKind::finalise_draft);
}

TEST(Drafts, UsageThatIsLateLandsWithinTheGraceAndOnTheNextInvoiceAfterIt) {
    Waiting told(story(kUsed + late_usage("2026-04-12", "2026-04-09T08:00:00Z", "b") + "," +
                       late_usage("2026-04-13", "2026-04-08T08:00:00Z", "on the day, before its jobs") + "," +
                       late_usage("2026-04-14", "2026-04-09T08:00:00Z", "c") + "," + time_passes("2026-05-13")));

    // 6,000 + 1,000 + 1,000 of 5,000 within the grace; what came after it is a correction of the next one.
    EXPECT_EQ(totals(told.outcomes), (std::vector<Amount>{2900, 2900 + 1200, 2900 + 400}));
    EXPECT_EQ(told.account().invoices[1].issued_on.text(), "2026-04-13");
    EXPECT_EQ(told.account().invoices[1].lines[0].span.from.text(), "2026-04-10");
    EXPECT_EQ(told.account().invoices[2].lines[1].note, "correction for usage that was reported late");
}

TEST(Drafts, EachLookIsWhatTheInvoiceWouldBeNow) {
    Waiting told(story(kUsed + time_passes("2026-04-11")));
    EXPECT_EQ(told.upcoming("2026-04-11").total, 2900 + 400);
    ASSERT_TRUE(
        told.send(ReportUsage{"messages", 500, "d", start_of_day(LocalDate::of(2026, 4, 9), "UTC"), {}}, "2026-04-11"));
    const auto shown = told.upcoming("2026-04-11");
    EXPECT_EQ(shown.total, 2900 + 600);

    ASSERT_TRUE(told.send(FinaliseDraft{told.draft().id}, "2026-04-11"));

    EXPECT_EQ(told.last().total, shown.total);
    EXPECT_EQ(told.last().number, "INV-000002");
    EXPECT_TRUE(told.account().waiting_drafts.empty());
    EXPECT_EQ(told.refusal(FinaliseDraft{DraftId{"1"}}, "2026-04-11"), "billing.unknown_draft");
}

TEST(Drafts, ATaxRateOfTheDayItBecomesFinalCounts) {
    Waiting told(story(time_passes("2026-04-10")));
    told.outcomes.catalogue.tax_rates.push_back(
        {"", "VAT", *read_decimal("10"), false, LocalDate::of(2026, 4, 12), std::nullopt, false});
    told.account().profile.tax.fixed.reset();
    EXPECT_EQ(told.upcoming("2026-04-11").tax, 0);
    EXPECT_EQ(told.upcoming("2026-04-13").tax, 290);
}

TEST(Drafts, AnotherInvoiceOfTheSubscriptionMakesItFinalFirst) {
    const std::vector<std::pair<std::string, std::vector<Amount>>> actions{
        {R"("do":"change_plan","plan":"pro","interval":"month","when":"now")", {2900, 2900, 9240 - 2707}},
        {R"("do":"add","add_on":"device","quantity":1)", {2900, 2900, 840}},
        {R"("do":"set_quantity","quantity":2)", {2900, 2900, 5413 - 2707}},
        {R"("do":"cancel","when":"now","credit":"prorate")", {2900, 2900, -2707}},
        {R"("do":"pause","when":"now")", {2900, 2900, -2707}}};
    for (const auto& [action, amounts] : actions) {
        Waiting told(story(R"({"at":"2026-04-12",)" + action + "}," + time_passes("2026-04-14")));
        EXPECT_EQ(totals(told.outcomes), amounts) << action;
        EXPECT_TRUE(told.account().waiting_drafts.empty()) << action;
        EXPECT_EQ(told.account().invoices[1].issued_on.text(), "2026-04-12") << action;
    }
}

TEST(Drafts, WhatWaitsForThePeriodsEndLeavesItWaiting) {
    for (const char* action : {R"("do":"change_plan","plan":"starter","interval":"year","when":"period_end")",
                               R"("do":"cancel","when":"period_end")", R"("do":"pause","when":"period_end")"}) {
        Waiting told(story(R"({"at":"2026-04-12",)" + std::string(action) + "}"));
        EXPECT_EQ(told.account().waiting_drafts.size(), 1U) << action;
        EXPECT_EQ(told.account().invoices.size(), 1U) << action;
    }
}

TEST(Drafts, TheLastUsageOfWhoHasLeftWaitsToo) {
    Waiting told(
        story(kUsed + R"({"at":"2026-03-25","do":"cancel","when":"period_end"},)" +
              late_usage("2026-04-12", "2026-04-09T08:00:00Z", "b") + "," +
              R"({"at":"2026-04-12","do":"usage","meter":"messages","quantity":5,"id":"x","must_fail":true},)" +
              time_passes("2026-04-13")));
    EXPECT_EQ(totals(told.outcomes), (std::vector<Amount>{2900, 800}));
    EXPECT_TRUE(told.outcomes.errors.empty());

    Waiting at_once(story(kUsed + R"({"at":"2026-03-25","do":"cancel","when":"now"},)" +
                          late_usage("2026-03-26", "2026-03-24T08:00:00Z", "b") + "," + time_passes("2026-03-28")));
    EXPECT_EQ(totals(at_once.outcomes), (std::vector<Amount>{2900, 800}));
}

TEST(Drafts, WhoComesBackWhileTheLastInvoiceWaitsGetsBothInvoices) {
    Waiting told(story(kUsed + R"({"at":"2026-03-25","do":"cancel","when":"now"},)" +
                       R"({"at":"2026-03-26","do":"subscribe","plan":"pro","interval":"month"},)" +
                       late_usage("2026-03-27", "2026-03-24T08:00:00Z", "b") + "," + time_passes("2026-03-28")));
    EXPECT_EQ(totals(told.outcomes), (std::vector<Amount>{2900, 9900, 800}));
}

TEST(Drafts, ALateRunMakesEachPeriodsInvoiceInItsOrder) {
    Waiting told(story(time_passes("2026-06-30")));
    std::vector<std::string> numbers;
    for (const auto& invoice : told.account().invoices) numbers.push_back(invoice.number);
    EXPECT_EQ(numbers, (std::vector<std::string>{"INV-000001", "INV-000002", "INV-000003", "INV-000004"}));
    EXPECT_EQ(period_starts(told.outcomes),
              (std::vector<std::string>{"2026-03-10", "2026-04-10", "2026-05-10", "2026-06-10"}));
}

TEST(Drafts, ARenewalThatAProviderTakesIsFinalAtOnce) {
    Waiting told(story(time_passes("2026-04-01")));
    ASSERT_TRUE(
        told.send(BeginProviderRun{told.account().subscriptions[0].id, {"payhere", "run", 2900}}, "2026-04-02"));
    ASSERT_TRUE(run_due(told.account(), told.at("2026-04-10")));
    EXPECT_EQ(told.account().invoices.size(), 2U);
    EXPECT_TRUE(told.account().waiting_drafts.empty());
}

TEST(Drafts, AProviderThatBeginsTakesNothingOfWhatWaited) {
    Waiting told(story(time_passes("2026-04-10")));
    const auto done =
        told.send(BeginProviderRun{told.account().subscriptions[0].id, {"payhere", "run", 2900}}, "2026-04-11");
    ASSERT_TRUE(done);
    ASSERT_EQ(done->charges.size(), 1U);
    EXPECT_FALSE(told.account().payments.back().awaited);
}

TEST(Drafts, StaffAdjustWhatIsNotFinalAndTheInvoiceSaysWhy) {
    Waiting told(story(kUsed + time_passes("2026-04-10")), R"({"tax_percent":"10"})");
    const DraftId id{told.draft().id};
    ASSERT_TRUE(told.send(AdjustDraft{id, 1000, "Set-up by us"}, "2026-04-11"));
    ASSERT_TRUE(told.send(AdjustDraft{id, -430, "Outage in March"}, "2026-04-11"));

    auto shown = told.upcoming("2026-04-11");
    EXPECT_EQ(shown.subtotal, 2900 + 400 + 1000);
    EXPECT_EQ(shown.discount, 430);
    EXPECT_EQ(shown.tax, 387);
    EXPECT_EQ(shown.total, 4300 - 430 + 387);
    EXPECT_EQ(explain(told.account(), shown, shown.lines.back()),
              "Set-up by us: 10.00; Outage in March, 4.30 takes off 1.00; tax 10 %: 0.90");

    ASSERT_TRUE(told.send(DropAdjustment{id, told.draft().adjustments[0].id}, "2026-04-11"));
    EXPECT_EQ(told.upcoming("2026-04-11").subtotal, 3300);
    ASSERT_TRUE(told.send(FinaliseDraft{id}, "2026-04-12"));
    EXPECT_EQ(told.last().discount, 430);
    EXPECT_TRUE(verify(told.account()).empty());
    // What was taken off is not given back once more when the customer leaves.
    ASSERT_TRUE(told.send(Cancel{When::now, CreditChoice::prorate}, "2026-04-12"));
    const auto& recurring = told.account().invoices[1].lines[0];
    EXPECT_LT(recurring.credited, recurring.net());
    EXPECT_EQ(-told.last().lines[0].amount, prorated(recurring.net(), 28, 30));
}

TEST(Drafts, AnAdjustmentHasAReasonAndTakesOffNoMoreThanIsCharged) {
    Waiting told(story(time_passes("2026-04-10")));
    const DraftId id{told.draft().id};
    const auto adjust = [&](Amount amount, const std::string& reason) {
        return told.refusal(AdjustDraft{id, amount, reason}, "2026-04-11");
    };
    EXPECT_EQ(adjust(100, ""), "billing.reason_required");
    EXPECT_EQ(adjust(100, std::string(201, 'x')), "billing.reason_required");
    EXPECT_EQ(adjust(0, "nothing"), "billing.bad_amount");
    EXPECT_EQ(adjust(-2901, "too much"), "billing.adjustment_too_large");
    EXPECT_EQ(adjust(-2900, "all of it"), "");
    EXPECT_EQ(adjust(-1, "one more"), "billing.adjustment_too_large");
    EXPECT_EQ(adjust(5000, "more charges"), "");
    EXPECT_EQ(adjust(-5000, "and less"), "");
    // The charge that the reduction stands on stays while the reduction does.
    EXPECT_EQ(told.refusal(DropAdjustment{id, told.draft().adjustments[1].id}, "2026-04-11"),
              "billing.adjustment_too_large");
    EXPECT_EQ(told.refusal(DropAdjustment{id, LineId{"none"}}, "2026-04-11"), "billing.unknown_adjustment");
    for (int more = 3; more < 20; ++more) EXPECT_EQ(adjust(1, "one"), "");
    EXPECT_EQ(adjust(1, "the 21st"), "billing.too_many_adjustments");
}

TEST(Drafts, AnInvoiceThatIsAdjustedToNothingIsPaid) {
    Waiting told(story(time_passes("2026-04-10")));
    ASSERT_TRUE(told.send(AdjustDraft{told.draft().id, -2900, "a present"}, "2026-04-11"));
    const auto done = told.send(FinaliseDraft{told.draft().id}, "2026-04-12");
    ASSERT_TRUE(done);
    EXPECT_TRUE(done->charges.empty());
    EXPECT_EQ(told.last().state, InvoiceState::paid);
}

TEST(Drafts, AGaugeIsBilledAsItStoodAtTheBoundary) {
    auto tale = waiting(story_of("[" + kMonthly + "," + kUsed + time_passes("2026-04-11") + "," +
                                 R"({"at":"2026-04-12","do":"usage","meter":"messages","quantity":900,"id":"z"},)" +
                                 time_passes("2026-04-13") + "]"));
    tale.catalogue.meters.at(0).reset = MeterReset::never;
    auto outcomes = run_story(tale);
    ASSERT_TRUE(outcomes);
    EXPECT_EQ(totals(*outcomes), (std::vector<Amount>{2900, 2900 + 400}));
}

TEST(Drafts, APolicyThatStopsBillingCreditsTheDaysOfWhatWaited) {
    const auto told_of = [](int grace_days) {
        auto tale = story_of("[" + kMonthly + R"(,{"at":"2026-03-26","do":"set_billing_day","day":10},
            {"at":"2026-04-01","do":"payments","outcomes":["decline","decline","decline","decline"]},
            {"at":"2026-04-02","do":"add","add_on":"seat","quantity":1},{"at":"2026-07-01","do":"advance"}])");
        tale.grace_days = grace_days;
        DunningPolicy policy;
        policy.limited_after = 2;
        policy.suspended_after = 4;
        policy.canceled_after = 75;
        policy.blocks_billing = true;
        tale.catalogue.dunning = {policy};
        auto outcomes = run_story(tale);
        EXPECT_TRUE(outcomes);
        expect_sound(*outcomes, "blocked");
        Amount all = 0;
        for (const auto& invoice : outcomes->account.invoices) all += invoice.total;
        return all;
    };
    EXPECT_EQ(told_of(0), told_of(kGrace));
}

TEST(Drafts, WhoTakesTheCancellationBackPaysEachDayOnce) {
    Waiting told(story(R"({"at":"2026-04-11","do":"cancel","when":"period_end"},
        {"at":"2026-04-12","do":"uncancel"},)" +
                       time_passes("2026-04-13")));
    EXPECT_EQ(totals(told.outcomes), (std::vector<Amount>{2900, 2900}));
    EXPECT_EQ(told.last().lines[0].span.from.text(), "2026-04-10");
}

TEST(Drafts, TheUsageBeforeAPauseIsAnInvoiceOfItsOwn) {
    Waiting told(story(kUsed + R"({"at":"2026-04-01","do":"pause","when":"period_end"},)" +
                       late_usage("2026-04-11", "2026-04-09T08:00:00Z", "b") + "," +
                       R"({"at":"2026-04-12","do":"resume"},)" + time_passes("2026-04-14")));
    EXPECT_EQ(totals(told.outcomes), (std::vector<Amount>{2900, 800, 2707}));
}

TEST(Drafts, TheNextBoundaryMakesFinalWhatStillWaits) {
    auto tale = story_of(story(time_passes("2026-07-01")));
    tale.grace_days = 40;
    const auto outcomes = run_story(tale);
    ASSERT_TRUE(outcomes);
    expect_sound(*outcomes, "long grace");
    EXPECT_EQ(totals(*outcomes), (std::vector<Amount>{2900, 2900, 2900}));
    EXPECT_EQ(period_starts(*outcomes), (std::vector<std::string>{"2026-03-10", "2026-04-10", "2026-05-10"}));
    EXPECT_EQ(outcomes->account.waiting_drafts.size(), 1U);
}

TEST(Drafts, ABlockOfBillingThatBeginsWhileOneWaitsGivesBackItsDaysAndNoOthers) {
    auto tale = waiting(story_of(R"([{"at":"2026-02-28","do":"payments","outcomes":["success","decline","decline"]},
        {"at":"2026-03-01","do":"subscribe","plan":"starter","interval":"month"},
        {"at":"2026-05-10","do":"pay"},{"at":"2026-05-11","do":"advance"}])"));
    DunningPolicy policy;
    policy.retry_days = {};
    policy.limited_after.reset();
    policy.suspended_after = 28;  // from the 4th of April: while the invoice of May waits
    policy.canceled_after.reset();
    policy.blocks_billing = true;
    tale.catalogue.dunning = {policy};
    const auto outcomes = run_story(tale);
    ASSERT_TRUE(outcomes);
    expect_sound(*outcomes, "blocked while it waits");
    // All of May, less the eight days from the second on.
    EXPECT_EQ(totals(*outcomes), (std::vector<Amount>{2900, 2900, 2900, -748}));
    EXPECT_EQ(outcomes->account.invoices[2].issued_on.text(), "2026-05-02");
}

TEST(Drafts, ACouponIsNotForWhatStaffCharge) {
    Waiting told(R"([{"at":"2026-03-10","do":"subscribe","plan":"starter","interval":"month","coupon":"SAVE20"},)" +
                 time_passes("2026-04-10") + "]");
    ASSERT_TRUE(told.send(AdjustDraft{DraftId{told.draft().id}, 1000, "by hand"}, "2026-04-11"));
    EXPECT_EQ(told.upcoming("2026-04-11").discount, 580);
}

TEST(Drafts, TheNextRenewalIsTheOneAfterWhatWaits) {
    Waiting told(story(kUsed + time_passes("2026-04-10")));
    const auto next = next_renewal(told.account(), told.at("2026-04-11"));
    ASSERT_TRUE(next);
    EXPECT_EQ(next->lines[0].span.from.text(), "2026-05-10");
    EXPECT_EQ(next->total, 2900);
}

TEST(Drafts, UsageOfTheLastDayAndTheFirstThatIsReportedAreBilledToWhoHasLeft) {
    // Of the very day of the end, before it.
    Waiting same_day(story(kUsed + R"({"at":"2026-03-25T10:00:00Z","do":"cancel","when":"now"},)" +
                           late_usage("2026-03-26", "2026-03-25T00:30:00Z", "b") + "," + time_passes("2026-03-28")));
    EXPECT_EQ(totals(same_day.outcomes), (std::vector<Amount>{2900, 800}));
    // Of a period of which nothing was reported in time:.
    std::string first = late_usage("2026-04-11", "2026-04-09T08:00:00Z", "a");
    first.replace(first.find("1000"), 4, "7000");
    Waiting nothing_before(
        story(R"({"at":"2026-03-25","do":"cancel","when":"period_end"},)" + first + "," + time_passes("2026-04-13")));
    EXPECT_EQ(totals(nothing_before.outcomes), (std::vector<Amount>{2900, 800}));
    ASSERT_EQ(nothing_before.account().counters.size(), 1U);
    EXPECT_EQ(nothing_before.account().counters[0].period.to.text(), "2026-04-10");
}

TEST(Drafts, WhatWasUsedAfterTheEndIsNobodysAlsoWhenTheJobsRunLate) {
    Waiting told(story(R"({"at":"2026-03-25","do":"cancel","when":"period_end"},)" + time_passes("2026-04-09")));
    ASSERT_TRUE(run_due(told.account(), told.at("2026-04-12")));
    ASSERT_EQ(told.account().waiting_drafts.size(), 1U);
    const auto used = [&](int day) {
        return told.refusal(
            ReportUsage{"messages", 1, "u" + std::to_string(day), start_of_day(LocalDate::of(2026, 4, day), "UTC"), {}},
            "2026-04-12");
    };
    EXPECT_EQ(used(11), "billing.not_subscribed");
    EXPECT_EQ(used(9), "");
}

TEST(Drafts, ATrialThatEndsUnpaidLeavesNone) {
    Waiting told(R"([{"at":"2026-03-10","do":"subscribe","plan":"try","interval":"month"},
        {"at":"2026-03-12","do":"cancel","when":"period_end"},{"at":"2026-03-18","do":"advance"}])");
    EXPECT_TRUE(told.account().waiting_drafts.empty());
    EXPECT_TRUE(told.account().invoices.empty());
}

// I1 to I4, I7, I8, I9, I10, I12 to I14 while invoices wait: after every transition of random stories, and
// what the days cost is the same as without waiting.
TEST(Drafts, TheInvariantsHoldInRandomStories) {
    std::uint32_t waited = 0;
    hold_in_random_stories(10'000, [&](const Story& told_story) {
        const auto tale = waiting(told_story);
        auto account = open_account(tale.profile);
        CheckedStore store(std::move(*account));
        auto outcomes = run_story(tale, store);
        ASSERT_TRUE(outcomes) << outcomes.error().message;
        EXPECT_EQ(store.rebuilt(), outcomes->account);
        expect_sound(*outcomes, tale.name);
        std::int64_t n = 0;
        for (const auto& invoice : outcomes->account.invoices) EXPECT_EQ(invoice.n, ++n);
        for (const auto& event : outcomes->events) waited += event.type == "billing.invoice_drafted/1" ? 1 : 0;

        EdgeIds ids;
        const Surroundings around{outcomes->catalogue, outcomes->end, ids, nullptr, kGrace};
        auto again = outcomes->account;
        const auto nothing = run_due(again, around);
        ASSERT_TRUE(nothing);
        EXPECT_TRUE(nothing->empty());
        for (const auto& draft : outcomes->account.waiting_drafts) {
            EdgeIds first, second;
            auto committed = outcomes->account;
            const Request request{FinaliseDraft{draft.id}, {}, {}, std::nullopt, false};
            const auto shown = preview(committed, request, {outcomes->catalogue, outcomes->end, first});
            const auto done = apply(committed, request, {outcomes->catalogue, outcomes->end, second});
            ASSERT_TRUE(shown);
            ASSERT_TRUE(done);
            if (shown->invoices.empty())
                EXPECT_EQ(committed.invoices.size(), outcomes->account.invoices.size());
            else
                EXPECT_EQ(shown->invoices.front(), committed.invoices[outcomes->account.invoices.size()]);
        }
    });
    EXPECT_GT(waited, 10'000U);
}

// The clock again: one by one, or all at once.
TEST(Drafts, SixtyDaysAtOnceAreSixtyTimesOneDay) {
    hold_in_random_stories(500, [](const Story& told_story) {
        auto tale = waiting(told_story);
        if (tale.steps.empty()) return;
        const auto end = tale.steps.back().at;
        auto daily = tale;
        for (int day = 1; day <= 60; ++day)
            daily.steps.push_back({end + std::chrono::days{day}, "advance", Advance{}, false});
        tale.steps.push_back({end + std::chrono::days{60}, "advance", Advance{}, false});
        const auto once = run_story(tale), by_day = run_story(daily);
        ASSERT_TRUE(once);
        ASSERT_TRUE(by_day);
        EXPECT_EQ(result_of(*once).dump(), result_of(*by_day).dump());
    });
}

}  // namespace
}  // namespace whatsflow::billing::scenario
