#include "web/shared_limits.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <future>

namespace whatsflow::web {
namespace {

using namespace std::chrono_literals;

constexpr auto kPages = sdk::RateClass::pages;

class TwoNodes : public ::testing::Test {
protected:
    std::unique_ptr<RateLimiter> node(double per_second, double burst) {
        RateLimits limits;
        limits.pages = {per_second, burst};
        return std::make_unique<RateLimiter>(limits, [this] { return now_.load(); });
    }
    void pass(std::chrono::milliseconds time) { now_ = now_.load() + time; }
    static int taken(RateLimiter& limiter, int wanted) {
        int count = 0;
        for (int i = 0; i < wanted; ++i) count += limiter.take(kPages, "a") ? 0 : 1;
        return count;
    }

private:
    std::atomic<std::chrono::steady_clock::time_point> now_{std::chrono::steady_clock::time_point{1h}};
};

TEST_F(TwoNodes, WhatWasSpentAtOneIsOwedAtTheOther) {
    auto first = node(10, 20);
    auto second = node(10, 20);
    EXPECT_EQ(taken(*first, 30), 20);

    for (const auto& each : first->spent_since_last(10)) second->spend(each);

    EXPECT_EQ(taken(*second, 30), 0);
    EXPECT_TRUE(first->spent_since_last(10).empty()) << "it was told already";
}

TEST_F(TwoNodes, AClientThatAsksBothGetsItsRateOnce) {
    auto first = node(10, 20);
    auto second = node(10, 20);
    int passed = 0;
    for (int second_of_time = 0; second_of_time < 60; ++second_of_time) {
        passed += taken(*first, 50) + taken(*second, 50);
        auto of_first = first->spent_since_last(10);
        auto of_second = second->spent_since_last(10);
        for (const auto& each : of_first) second->spend(each);
        for (const auto& each : of_second) first->spend(each);
        pass(1s);
    }
    EXPECT_LE(passed, 60 * 10 + 2 * 20);
    EXPECT_GE(passed, 60 * 10 - 20);
}

TEST_F(TwoNodes, OnlyTheMostUsedBucketsAreNamed) {
    auto limiter = node(10, 20);
    for (int i = 0; i < 3; ++i) (void)limiter->take(kPages, "often");
    (void)limiter->take(kPages, "once");

    const auto spent = limiter->spent_since_last(1);

    ASSERT_EQ(spent.size(), 1U);
    EXPECT_EQ(spent[0].tokens, 3);
}

TEST_F(TwoNodes, ToldThroughATextTheOtherNodeHears) {
    auto first = node(10, 20);
    auto second = node(10, 20);
    SharedLimits hearing(
        *second, [](const std::string&) {}, 1h);
    std::promise<std::string> told;
    std::atomic<bool> once{false};
    SharedLimits telling(
        *first,
        [&](const std::string& text) {
            if (!once.exchange(true)) told.set_value(text);
        },
        5ms);
    EXPECT_EQ(taken(*first, 20), 20);

    const auto text = told.get_future().get();
    telling.hear(text);  // its own words
    hearing.hear(text);

    EXPECT_LT(taken(*second, 20), 20);
    pass(1s);
    EXPECT_EQ(taken(*first, 20), 10);
}

TEST_F(TwoNodes, WordsThatMakeNoSenseChangeNothing) {
    auto limiter = node(10, 20);
    SharedLimits limits(
        *limiter, [](const std::string&) {}, 1h);

    for (const char* text : {"", "x", "[]", "{}", R"({"node":"n","spent":3})", R"({"node":"n","spent":[["0a"]]})",
                             R"({"node":"n","spent":[["",5],["9a",5],["0a",-5],["0a","5"],[0,5]]})"})
        limits.hear(text);

    EXPECT_EQ(taken(*limiter, 30), 20);
}

}  // namespace
}  // namespace whatsflow::web
