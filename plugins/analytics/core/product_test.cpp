#include "event_time.hpp"
#include "experiment.hpp"
#include "funnel.hpp"
#include "retention.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

namespace whatsflow::analytics {
namespace {

TEST(Funnel, APersonCountsOnceAtTheFurthestStep) {
    Funnel funnel(3, 100);
    funnel.add(1, 0, 0), funnel.add(1, 1, 10), funnel.add(1, 2, 50);
    funnel.add(2, 0, 0), funnel.add(2, 1, 101);                       // too late
    funnel.add(3, 1, 5), funnel.add(3, 0, 10), funnel.add(3, 2, 20);  // out of order
    const auto steps = funnel.steps();
    EXPECT_EQ(steps[0].people, 3);
    EXPECT_EQ(steps[1].people, 1);
    EXPECT_EQ(steps[2].people, 1);
    EXPECT_EQ(steps[2].median_wait, 40);
}

TEST(Funnel, ALaterFirstStepBeginsANewChance) {
    Funnel funnel(3, 100);
    for (const auto& [step, at] : std::vector<std::pair<std::size_t, int>>{{0, 0}, {1, 90}, {0, 95}, {2, 120}})
        funnel.add(1, step, at);
    // The chain that began at 0 had until 100; the one of 95 has no second step yet.
    EXPECT_EQ(funnel.steps()[2].people, 0);
    funnel.add(1, 1, 150), funnel.add(1, 2, 190);
    EXPECT_EQ(funnel.steps()[2].people, 1);
}

TEST(Funnel, TheWaitIsThatOfTheFirstChainAndOfAnEvenNumberTheLongerOneInTheMiddle) {
    Funnel funnel(2, 100);
    funnel.add(1, 0, 0), funnel.add(1, 1, 10), funnel.add(1, 1, 90);
    EXPECT_EQ(funnel.steps()[1].median_wait, 10);
    funnel.add(2, 0, 0), funnel.add(2, 1, 30);
    EXPECT_EQ(funnel.steps()[1].median_wait, 30);
}

/// Every chain of every person, tried out.
std::vector<std::int64_t> by_brute_force(const std::map<int, std::vector<std::pair<std::size_t, int>>>& people,
                                         std::size_t steps, int window) {
    std::vector<std::int64_t> counts(steps, 0);
    for (const auto& [person, events] : people) {
        std::size_t best = 0;
        for (std::size_t i = 0; i < events.size(); ++i) {
            if (events[i].first != 0) continue;
            std::size_t next = 1;
            for (std::size_t k = i + 1; k < events.size() && next < steps; ++k)
                if (events[k].first == next && events[k].second - events[i].second <= window) ++next;
            best = std::max(best, next);
        }
        for (std::size_t s = 0; s < best; ++s) ++counts[s];
    }
    return counts;
}

TEST(Funnel, AgreesWithTryingOutEveryChain) {
    std::mt19937 random(7);
    for (int round = 0; round < 200; ++round) {
        std::map<int, std::vector<std::pair<std::size_t, int>>> people;
        Funnel funnel(4, 60);
        for (int at = 0; at < 400; ++at) {
            const int person = static_cast<int>(random() % 12);
            const std::size_t step = random() % 4;
            people[person].emplace_back(step, at);
            funnel.add(person, step, at);
        }
        std::vector<std::int64_t> counts;
        for (const auto& step : funnel.steps()) counts.push_back(step.people);
        ASSERT_EQ(counts, by_brute_force(people, 4, 60)) << round;
    }
}

TEST(Retention, CountsWhoIsBackInExactlyThatPeriod) {
    Retention retention(0, 7 * kDay, 4);
    for (const std::int64_t person : {1, 2, 3}) retention.began(person, kDay), retention.was_there(person, kDay);
    retention.began(4, 8 * kDay), retention.was_there(4, 8 * kDay);
    retention.was_there(1, 9 * kDay), retention.was_there(1, 10 * kDay), retention.was_there(2, 15 * kDay);
    retention.began(1, 16 * kDay);  // does not begin twice
    retention.was_there(9, kDay);   // never began
    const auto cohorts = retention.cohorts(22 * kDay);
    ASSERT_EQ(cohorts.size(), 4u);
    EXPECT_EQ(cohorts[0].people, 3);
    EXPECT_EQ(cohorts[0].back, (std::vector<std::int64_t>{3, 1, 1}));
    EXPECT_EQ(cohorts[1].people, 1);
    EXPECT_EQ(cohorts[1].back, (std::vector<std::int64_t>{1, 0}));
    EXPECT_TRUE(cohorts[3].back.empty()) << "its first period is not over";
}

TEST(Experiment, KnownNumbersOfStatistics) {
    EXPECT_NEAR(chi_squared_tail(3.841459, 1), 0.05, 1e-6);
    EXPECT_NEAR(chi_squared_tail(10.827566, 1), 0.001, 1e-7);
    EXPECT_NEAR(chi_squared_tail(5.991465, 2), 0.05, 1e-6);
    const auto comparison = compare({"a", 1000, 100}, {"b", 1000, 130});
    EXPECT_NEAR(comparison.difference, 0.03, 1e-12);
    EXPECT_NEAR(comparison.p, 0.0355, 0.0005);
    EXPECT_NEAR(comparison.low, 0.0021, 0.0005);
    EXPECT_NEAR(comparison.high, 0.0579, 0.0005);
}

TEST(Experiment, ASplitThatIsNoChanceIsSeen) {
    EXPECT_LT(sample_ratio_p({{"a", 5'300, 0}, {"b", 4'700, 0}}), kMismatch);
    EXPECT_GT(sample_ratio_p({{"a", 5'060, 0}, {"b", 4'940, 0}}), kMismatch);
    EXPECT_GT(sample_ratio_p({{"a", 9'010, 0, 9}, {"b", 990, 0, 1}}), kMismatch);
    EXPECT_EQ(sample_ratio_p({{"a", 10, 0}}), 1);
}

TEST(Experiment, WeightsAreReadWholeOrNotAtAll) {
    const auto weights = read_weights("dark=90, light = 10");
    ASSERT_TRUE(weights);
    EXPECT_EQ(*weights, (std::map<std::string, double>{{"dark", 90}, {"light", 10}}));
    EXPECT_TRUE(read_weights("a=b=1,c=2")) << "a variant may have a sign in its name";
    for (const char* bad : {"", "dark", "dark=1", "dark=0,light=1", "dark=1,dark=2", "dark=1.5,light=1", "=1,light=1",
                            "dark=1,light=", "dark=-1,light=1", "dark=99999999999,light=1"})
        EXPECT_FALSE(read_weights(bad)) << bad;
}

TEST(Experiment, ASplitOfNineToOneIsCheckedAsSuch) {
    std::vector<Arm> arms{{"dark", 9'010, 0}, {"light", 990, 0}};
    EXPECT_LT(sample_ratio_p(arms), kMismatch) << "against equal shares";
    ASSERT_TRUE(weigh(arms, {{"dark", 9}, {"light", 1}}));
    EXPECT_GT(sample_ratio_p(arms), kMismatch);
    std::vector<Arm> lost{{"dark", 900, 0}};
    ASSERT_TRUE(weigh(lost, {{"dark", 9}, {"light", 1}}));
    EXPECT_LT(sample_ratio_p(lost), kMismatch) << "nobody got light";
    std::vector<Arm> others{{"blue", 1, 0}, {"light", 1, 0}};
    EXPECT_FALSE(weigh(others, {{"dark", 9}, {"light", 1}}));
}

}  // namespace
}  // namespace whatsflow::analytics
