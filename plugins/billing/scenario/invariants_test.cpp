// I1 to I14 over ten thousand random stories. A failure comes with its shortest form, which
// `whatsflow billing simulate` can tell once more when it stands in a file with the test catalogue.
#include "random_stories.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <random>

namespace whatsflow::billing::scenario {
namespace {

/// WHATSFLOW_STORIES=100000 for a long run.
std::uint32_t stories() {
    const char* wanted = std::getenv("WHATSFLOW_STORIES");
    return wanted == nullptr ? 10'000 : static_cast<std::uint32_t>(std::strtoul(wanted, nullptr, 10));
}
/// For what compares whole tellings and is no invariant of its own.
std::uint32_t some_stories() {
    return stories() / 5;
}

Outcomes run_checked(const Story& story) {
    auto account = open_account(story.profile);
    CheckedStore store(std::move(*account));
    auto outcomes = run_story(story, store);
    if (!outcomes) {
        ADD_FAILURE() << outcomes.error().code << ": " << outcomes.error().message;
        return {};
    }
    EXPECT_EQ(store.rebuilt(), outcomes->account) << "the named rows do not rebuild the account";
    return std::move(*outcomes);
}

class CountedIds final : public IdSource {
public:
    std::string make() override { return "x" + std::to_string(++count_); }

private:
    int count_ = 0;
};

/// Documents, money and states of the end, as bytes.
std::string bytes_of(const Outcomes& outcomes) {
    auto result = result_of(outcomes);
    result.erase("timeline");
    return result.dump();
}

// I1 no gap and no overlap, I2 arithmetic closes, I3 credits within charges, I4 the ledger balances, I8
// documents stay, I9 unknown is not charged again, I10 nothing is granted before it is paid, I12 rows and
// movements rebuild the state.
TEST(Invariants, HoldInEveryRandomStoryAfterEveryTransition) {
    hold_in_random_stories(stories(), [](const Story& story) { expect_sound(run_checked(story), story.name); });
}

/// As a service would: two authorities that round by themselves, a sum without a percentage, now and then nothing.
std::vector<TaxTerms> taxes_by_a_service(const TaxQuestion& question) {
    std::vector<TaxTerms> all;
    for (const auto& line : question.lines) {
        TaxTerms terms{*read_decimal("5"), question.inclusive, "said", false, Amount{0}};
        if (line.net % 7 != 0)
            terms.shares = {{"first", *read_decimal("5"), prorated(line.net, 5, 100)},
                            {"second", {}, std::min<Amount>(line.net / 2, 13)}};
        for (const auto& share : terms.shares) *terms.said += share.amount;
        all.push_back(std::move(terms));
    }
    return all;
}

// I1 to I4, I8 and I12 with taxes that a service says, on top of prices and within them.
TEST(Invariants, HoldWhateverATaxServiceSays) {
    std::uint32_t taxed = 0;
    hold_in_random_stories(some_stories(), [&](const Story& told) {
        auto story = told;
        story.profile.tax.fixed.reset();
        story.taxes = taxes_by_a_service;
        if (story.steps.size() % 2 == 0)
            story.catalogue.tax_rates.push_back({"", "VAT", *read_decimal("18"), true, {}, std::nullopt, false});
        const auto outcomes = run_checked(story);
        expect_sound(outcomes, story.name);
        for (const auto& invoice : outcomes.account.invoices) taxed += invoice.tax != 0 ? 1 : 0;
    });
    EXPECT_GT(taxed, some_stories());
}

// The same, where a suspended subscription is not billed either.
TEST(Invariants, HoldWhileAPolicyStopsBilling) {
    hold_in_random_stories(some_stories(), [](const Story& story) {
        auto blocking = story;
        DunningPolicy policy;
        policy.limited_after = 2;
        policy.suspended_after = 4;
        policy.canceled_after = 75;
        policy.blocks_billing = true;
        blocking.catalogue.dunning = {policy};
        expect_sound(run_checked(blocking), story.name);
    });
}

// And where a meter's events do not add up.
TEST(Invariants, HoldForEveryAggregation) {
    for (const auto way : {Aggregation::max, Aggregation::latest, Aggregation::time_weighted})
        hold_in_random_stories(some_stories() / 2, [way](const Story& story) {
            auto other = story;
            other.catalogue.meters.at(0).aggregation = way;
            expect_sound(run_checked(other), story.name);
        });
}

// I5
TEST(Invariants, RunningTheJobsAgainAddsNothing) {
    hold_in_random_stories(stories(), [](const Story& story) {
        CountedIds ids;
        const auto outcomes = run_checked(story);
        auto account = outcomes.account;

        const auto again = run_due(account, {outcomes.catalogue, outcomes.end, ids});

        ASSERT_TRUE(again);
        EXPECT_TRUE(again->empty());
        EXPECT_EQ(account, outcomes.account);
    });
}

TEST(Invariants, TheSameCommandKeyHasOneEffectAndAnotherBodyIsRefused) {
    auto outcomes = told(R"([{"at":"2026-03-10","do":"subscribe","plan":"starter","interval":"month"}])");
    CountedIds ids;
    const Surroundings around{outcomes.catalogue, outcomes.end, ids};
    auto& account = outcomes.account;
    const Request request{GrantCredit{500, "goodwill", CreditSource::goodwill, std::nullopt, 0}, "key-1", "body",
                          std::nullopt, false};
    ASSERT_TRUE(apply(account, request, around));

    const auto again = apply(account, request, around);
    auto other = request;
    other.fingerprint = "another body";
    const auto refused = apply(account, other, around);

    ASSERT_TRUE(again);
    EXPECT_TRUE(again->repeated);
    EXPECT_EQ(account.credit_balance(), 500);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, "billing.key_reused");
}

// I6
TEST(Invariants, AnyOrderAndNumberOfTheSameNoticesEndsInTheSameState) {
    const std::vector<std::vector<std::string>> sets{
        {"paid", "failed"}, {"paid", "paid", "failed"}, {"paid", "refunded"}, {"failed", "paid", "refunded"}};
    for (const char* outcome : {"pending", "unknown"})
        for (const char* which : {"1", "2"})
            for (auto kinds : sets) {
                std::ranges::sort(kinds);
                std::string first;
                do {
                    std::string steps =
                        R"([{"at":"2026-05-10","do":"payments","outcomes":[)" +
                        std::string(which[0] == '2' ? "\"success\"," : "") + "\"" + outcome + R"("]},)" +
                        R"({"at":"2026-05-10","do":"subscribe","plan":"starter","interval":"month"},)" + R"({"at":")" +
                        (which[0] == '2' ? "2026-06-10" : "2026-05-10") + R"(","do":"advance"})";
                    for (const auto& kind : kinds)
                        steps += R"(,{"at":")" + std::string(which[0] == '2' ? "2026-06-10" : "2026-05-10") +
                                 R"(","do":"notice","invoice":)" + which + R"(,"kind":")" + kind + R"("})";
                    const auto end = bytes_of(told(steps + "]"));
                    if (first.empty()) first = end;
                    EXPECT_EQ(end, first) << steps;
                } while (std::ranges::next_permutation(kinds).found);
            }
}

/// What an end is worth: documents, subscriptions, and the money that was spent. Credit that came by one notice
/// may pay what another one makes due, or come a moment too late for it: then the card has paid, and the
/// credit is still there.
std::string worth_of(const Outcomes& outcomes) {
    auto result = result_of(outcomes);
    Amount spent = -outcomes.account.credit_balance();
    for (const auto& payment : outcomes.account.payments)
        if (payment.status == PaymentStatus::succeeded) spent += payment.amount;
    result["spent"] = spent;
    for (auto& invoice : result["invoices"]) {
        invoice.erase("credit_applied");
        invoice.erase("amount_paid");
    }
    for (const auto* by_step : {"timeline", "errors", "payments", "credits", "credit_balance"}) result.erase(by_step);
    return result.dump();
}

// I6, wherever a story has left the account: what the providers say now, in any order, and twice.
TEST(Invariants, NoticesInAnyOrderAfterAnyStoryEndInTheSameState) {
    hold_in_random_stories(stories(), [](const Story& story) {
        std::mt19937 order(7);
        const auto end = story.steps.empty() ? sdk::Instant{} : story.steps.back().at + std::chrono::hours{1};
        std::vector<Step> notices;
        for (std::int64_t n = 1; n <= 3; ++n)
            for (const auto kind : {NoticeKind::paid, NoticeKind::failed}) {
                OnInvoice what;
                what.n = n;
                what.what = OnInvoice::What::notice;
                what.notice = kind;
                notices.push_back({end, "notice", what, false});
            }
        const auto ending = [&](int times) {
            auto told = story;
            std::ranges::shuffle(notices, order);
            told.steps.push_back({end, "payments", Script{}, false});  // the bank's moods are of no order
            for (int time = 0; time < times; ++time)
                told.steps.insert(told.steps.end(), notices.begin(), notices.end());
            told.steps.push_back({end + std::chrono::days{1}, "advance", Advance{}, false});
            return worth_of(run_checked(told));
        };
        EXPECT_EQ(ending(1), ending(2));
    });
}

// I7
TEST(Invariants, APreviewIsTheCommit) {
    constexpr Interval kMonth{IntervalUnit::month, 1}, kYear{IntervalUnit::year, 1};
    const std::vector<Command> commands{
        ChangePlan{"pro", kMonth, When::now, AnchorChoice::by_interval, std::nullopt},
        ChangePlan{"starter", kYear, When::automatic, AnchorChoice::keep, std::nullopt},
        ChangePlan{"starter", kMonth, When::period_end, AnchorChoice::by_interval, std::nullopt},
        Subscribe{"pro", kMonth, 2, true, {}, {}},
        AddAddOn{"seat", 2},
        RemoveAddOn{"seat", std::nullopt, When::now},
        SetQuantity{7},
        RedeemCoupon{"TEN"},
        SetBillingDay{28},
        Pause{When::now, CreditChoice::prorate},
        Resume{},
        Cancel{When::now, CreditChoice::prorate}};
    hold_in_random_stories(stories(), [&](const Story& story) {
        const auto outcomes = run_checked(story);
        for (const auto& command : commands) {
            CountedIds ids;
            CountedIds same_ids;
            auto account = outcomes.account;

            const auto shown =
                preview(account, {command, {}, {}, std::nullopt, false}, {outcomes.catalogue, outcomes.end, ids});
            EXPECT_EQ(account, outcomes.account);
            const auto done =
                apply(account, {command, {}, {}, std::nullopt, false}, {outcomes.catalogue, outcomes.end, same_ids});

            ASSERT_EQ(static_cast<bool>(shown), static_cast<bool>(done)) << command.index();
            if (!done) continue;
            std::vector<Invoice> made(
                account.invoices.begin() + static_cast<std::ptrdiff_t>(outcomes.account.invoices.size()),
                account.invoices.end());
            EXPECT_EQ(shown->invoices, made) << command.index();
        }
    });
}

// I10
TEST(Invariants, WhatIsNotPaidIsNotGranted) {
    for (const char* outcome : {"decline", "hard_decline", "pending", "unknown"}) {
        const std::string script =
            R"([{"at":"2026-05-10","do":"payments","outcomes":["success",")" + std::string(outcome) + R"("]},
            {"at":"2026-05-10","do":"subscribe","plan":"starter","interval":"month"},)";
        const auto upgrade =
            told(script + R"({"at":"2026-05-20","do":"change_plan","plan":"pro","interval":"month","when":"now"}])");
        const auto add_on = told(script + R"({"at":"2026-05-20","do":"add","add_on":"device","quantity":2}])");
        const auto first = told(R"([{"at":"2026-05-10","do":"payments","outcomes":[")" + std::string(outcome) + R"("]},
            {"at":"2026-05-10","do":"subscribe","plan":"starter","interval":"month"}])");

        EXPECT_EQ(upgrade.account.subscriptions[0].plan(), "starter") << outcome;
        EXPECT_EQ(add_on.account.subscriptions[0].items.size(), 1U) << outcome;
        EXPECT_EQ(access_of(first.account.subscriptions[0]), Access::none) << outcome;
    }
}

// I11: the engine holds nothing between two calls, so another tenant changes nothing.
TEST(Invariants, ASecondTenantChangesNothing) {
    std::uint32_t other = 7777;
    hold_in_random_stories(some_stories(), [&](const Story& story) {
        const auto alone = bytes_of(run_checked(story));
        run_checked(random_story(++other));
        EXPECT_EQ(bytes_of(run_checked(story)), alone);
    });
}

// I13: 400 years are a whole number of weeks and of leap cycles.
TEST(Invariants, AStoryFourHundredYearsLaterHasTheSameAmounts) {
    hold_in_random_stories(stories(), [](Story story) {
        story.profile.time_zone = "UTC";
        auto later = story;
        for (auto& step : later.steps) step.at += std::chrono::days{146097};

        EXPECT_EQ(totals(run_checked(story)), totals(run_checked(later)));
    });
}

// I14
TEST(Invariants, ABlockedCustomerCanAlwaysBeUnblocked) {
    hold_in_random_stories(stories(), [](Story story) {
        if (story.steps.empty()) return;
        const auto end = story.steps.back().at + std::chrono::hours{1};
        story.steps.push_back({end, "payments", Script{}, false});
        for (std::int64_t n = 1; n <= 40; ++n) {
            OnInvoice settle;
            settle.n = n;
            settle.what = OnInvoice::What::notice;
            settle.notice = NoticeKind::paid;
            story.steps.push_back({end, "notice", settle, false});
            settle.what = OnInvoice::What::chargeback_reversed;
            story.steps.push_back({end, "chargeback_reversed", settle, false});
            settle.what = OnInvoice::What::pay;
            story.steps.push_back({end, "pay", settle, false});
        }
        story.steps.push_back({end, "resume", Command{Resume{}}, false});
        story.steps.push_back({end, "uncancel", Command{Uncancel{}}, false});
        story.steps.push_back(
            {end, "subscribe", Command{Subscribe{"starter", {IntervalUnit::month, 1}, 1, true, {}, {}}}, false});
        story.steps.push_back({end, "advance", Advance{}, false});
        const auto settled = run_checked(story).account.invoices.size();
        story.steps.push_back({end + std::chrono::days{400}, "advance", Advance{}, false});

        const auto outcomes = run_checked(story);

        const auto* live = outcomes.account.live_subscription();
        ASSERT_NE(live, nullptr);
        EXPECT_EQ(access_of(*live), Access::full) << to_text(live->state);
        EXPECT_GT(outcomes.account.invoices.size(), settled);
    });
}

TEST(Invariants, SixtyDaysAtOnceAreSixtyTimesOneDay) {
    hold_in_random_stories(some_stories(), [](Story story) {
        if (story.steps.empty()) return;
        const auto end = story.steps.back().at;
        auto daily = story;
        for (int day = 1; day <= 60; ++day)
            daily.steps.push_back({end + std::chrono::days{day}, "advance", Advance{}, false});
        story.steps.push_back({end + std::chrono::days{60}, "advance", Advance{}, false});

        EXPECT_EQ(result_of(run_checked(story)).dump(), result_of(run_checked(daily)).dump());
    });
}

/// What a change to pro and back on that day adds up to.
Amount change_and_back(LocalDate day, const std::string& coupon, const std::string& account) {
    const auto date = day.text();
    const auto outcomes =
        told(R"([{"at":"2026-05-01","do":"subscribe","plan":"starter","interval":"month")" + coupon + R"(},{"at":")" +
                 date + R"(","do":"change_plan","plan":"pro","interval":"month","when":"now"},{"at":")" + date +
                 R"(","do":"change_plan","plan":"starter","interval":"month","when":"now"}])",
             account);
    Amount all = 0;
    for (std::size_t at = 1; at < outcomes.account.invoices.size(); ++at) all += outcomes.account.invoices[at].total;
    return all;
}

TEST(Invariants, ChangingAndChangingBackOnOneDayCostsNothing) {
    for (int day = 1; day <= 31; ++day) EXPECT_EQ(change_and_back(LocalDate::of(2026, 5, day), "", "{}"), 0) << day;
}

// A discounted line is rounded three times (price, discount, tax), so it may drift by that.
TEST(Invariants, ChangingAndChangingBackWithCouponAndTaxDriftsByItsRoundingsOnly) {
    for (int day = 1; day <= 31; ++day)
        for (const std::string coupon : {"SAVE20", "FIVE", "HALF3"})
            EXPECT_LE(std::abs(change_and_back(LocalDate::of(2026, 5, day), R"(,"coupon":")" + coupon + "\"",
                                               R"({"tax_percent":"18"})")),
                      3)
                << day << " " << coupon;
}

}  // namespace
}  // namespace whatsflow::billing::scenario
