// What is held from a day that is periods ago counts in each of them since, also where nobody spoke of any.
#include "test_stories.hpp"

#include <gtest/gtest.h>

#include <map>

namespace whatsflow::billing::scenario {
namespace {

/// 5,000 are included, each more is 0.4; what is told is held.
Outcomes held(const std::string& steps) {
    auto story = story_of("[" + steps + "]");
    story.catalogue.meters.at(0).aggregation = Aggregation::time_weighted;
    CheckedStore store(*open_account(story.profile));
    auto outcomes = run_story(story, store);
    EXPECT_TRUE(outcomes) << outcomes.error().message;
    if (!outcomes) return {};
    EXPECT_EQ(store.rebuilt(), outcomes->account) << "the named rows do not rebuild the account";
    expect_sound(*outcomes, steps);
    return std::move(*outcomes);
}

const std::string kFirst = R"({"at":"2026-03-01","do":"subscribe","plan":"starter","interval":"month"},)";
const std::string kTold =
    R"("do":"usage","meter":"messages","quantity":31000,"id":"a","timestamp":"2026-03-16T08:00:00Z"},)";

/// By the first day of the period.
std::map<std::string, Amount> billed(const Outcomes& outcomes) {
    std::map<std::string, Amount> amounts;
    for (const auto& invoice : outcomes.account.invoices)
        for (const auto& line : invoice.lines)
            if (line.type == LineType::usage) amounts[line.full.from.text()] += line.amount;
    return amounts;
}

TEST(LatePeriods, EachSinceTheDayThatWasToldIsBilled) {
    const auto outcomes = held(kFirst + R"({"at":"2026-06-11",)" + kTold + R"({"at":"2026-07-01","do":"advance"})");
    // March: 31,000 x 16/31 - 5,000 = 11,000; then 26,000 of each month.
    EXPECT_EQ(billed(outcomes),
              (std::map<std::string, Amount>{
                  {"2026-03-01", 4400}, {"2026-04-01", 10400}, {"2026-05-01", 10400}, {"2026-06-01", 10400}}));
    EXPECT_EQ(totals(outcomes), (std::vector<Amount>{2900, 2900, 2900, 2900, 2900 + 4400 + 3 * 10400}));
}

TEST(LatePeriods, ArePassedOverWhereThereWasAPause) {
    const auto outcomes = held(kFirst + R"({"at":"2026-04-10","do":"pause"},{"at":"2026-06-20","do":"resume"},
        {"at":"2026-07-05",)" + kTold +
                               R"({"at":"2026-08-01","do":"advance"})");
    // Nothing of May; of June eleven days of thirty: 31,000 x 11/30 - 5,000 = 6,366.67.
    EXPECT_EQ(billed(outcomes),
              (std::map<std::string, Amount>{
                  {"2026-03-01", 4400}, {"2026-04-01", 10400}, {"2026-06-20", 2547}, {"2026-07-01", 10400}}));
}

TEST(LatePeriods, AreBilledToTheLastBeforeAPauseThatGoesOn) {
    const auto outcomes = held(kFirst + R"({"at":"2026-04-10","do":"pause"},{"at":"2026-05-05",)" + kTold +
                               R"({"at":"2026-06-20","do":"resume"},{"at":"2026-07-01","do":"advance"})");
    EXPECT_EQ(billed(outcomes),
              (std::map<std::string, Amount>{{"2026-03-01", 4400}, {"2026-04-01", 10400}, {"2026-06-20", 2547}}));
}

TEST(LatePeriods, AreThoseOfTheirTimeAfterTheBillingDayHasMoved) {
    const auto outcomes = held(R"({"at":"2026-03-10","do":"subscribe","plan":"starter","interval":"month"},
        {"at":"2026-03-20","do":"set_billing_day","day":1},{"at":"2026-06-11",)" +
                               kTold + R"({"at":"2026-07-01","do":"advance"})");
    // From the 10th to the 10th: 31,000 x 25/31 - 5,000 = 20,000; then 21 days of the April of the new day.
    EXPECT_EQ(billed(outcomes),
              (std::map<std::string, Amount>{
                  {"2026-03-10", 8000}, {"2026-04-10", 6680}, {"2026-05-01", 10400}, {"2026-06-01", 10400}}));
}

TEST(LatePeriods, ThatAreNotKnownAnyMoreAreRefusedAndNothingIsCounted) {
    struct Counted final : IdSource {
        std::string make() override { return "n" + std::to_string(++count); }
        int count = 0;
    } ids;
    auto outcomes = held(kFirst + R"({"at":"2026-06-11","do":"advance"})");
    auto& account = outcomes.account;
    account.subscriptions[0].stretches.clear();  // as it was before they were written down
    const Surroundings now{outcomes.catalogue, outcomes.end, ids};
    const auto tell = [&](LocalDate day, const char* id) {
        return apply(account, {ReportUsage{"messages", 9, id, start_of_day(day, "UTC"), {}}, {}, {}, {}, false}, now);
    };
    const auto done = tell(LocalDate::of(2026, 3, 16), "a");
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, "billing.usage_too_old");
    EXPECT_NE(done.error().message.find("from 2026-06-01 on"), std::string::npos) << done.error().message;
    EXPECT_TRUE(account.counters.empty());
    EXPECT_TRUE(tell(LocalDate::of(2026, 5, 16), "b")) << "no period is between that and the one that runs";
    EXPECT_TRUE(tell(LocalDate::of(2026, 6, 5), "c"));
}

}  // namespace
}  // namespace whatsflow::billing::scenario
