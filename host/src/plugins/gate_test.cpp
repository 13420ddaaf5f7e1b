#include "plugins/gate.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace whatsflow::plugins {
namespace {

using std::chrono::milliseconds;

Gate quiet(const std::string& id) {
    return Gate(id, {});
}

TEST(Gate, IsClosedUntilItIsOpened) {
    auto gate = quiet("a");
    EXPECT_FALSE(Inside(gate));
    gate.open();
    EXPECT_TRUE(Inside(gate));
    gate.close();
    EXPECT_FALSE(Inside(gate));
    EXPECT_TRUE(gate.wait_until_empty(milliseconds(0)));
}

TEST(Gate, WaitsForWhoeverIsInside) {
    auto gate = quiet("a");
    gate.open();
    std::atomic<bool> entered{false};
    std::atomic<bool> leave{false};
    std::thread caller([&] {
        Inside inside(gate);
        entered = true;
        while (!leave) std::this_thread::yield();
    });
    while (!entered) std::this_thread::yield();
    gate.close();

    EXPECT_FALSE(gate.wait_until_empty(milliseconds(20)));
    leave = true;
    EXPECT_TRUE(gate.wait_until_empty(milliseconds(5'000)));
    caller.join();
}

TEST(Gate, KnowsWhoRunsOnThisThreadInnermostFirst) {
    auto outer = quiet("outer");
    auto inner = quiet("inner");
    outer.open();
    inner.open();
    EXPECT_EQ(running_plugin(), nullptr);
    {
        Inside first(outer);
        EXPECT_STREQ(running_plugin(), "outer");
        {
            Inside second(inner);
            EXPECT_STREQ(running_plugin(), "inner");
            EXPECT_TRUE(outer.is_inside());
        }
        EXPECT_STREQ(running_plugin(), "outer");
        EXPECT_FALSE(inner.is_inside());
    }
    EXPECT_EQ(running_plugin(), nullptr);
}

TEST(Gate, DeeperThanItCanRememberItStillCounts) {
    auto gate = quiet("a");
    gate.open();
    for (int i = 0; i < 100; ++i) ASSERT_TRUE(gate.enter());
    EXPECT_STREQ(running_plugin(), "a");
    for (int i = 0; i < 100; ++i) gate.leave();
    gate.close();
    EXPECT_TRUE(gate.wait_until_empty(milliseconds(0)));
    EXPECT_EQ(running_plugin(), nullptr);
}

class GateFaults : public ::testing::Test {
protected:
    std::chrono::steady_clock::time_point now{};
    int told = 0;
    int enough = 0;
    Gate gate{"a",
              [this](const std::string&, std::string_view, bool too_many) {
                  ++told;
                  enough += too_many;
              },
              [this] { return now; }};
};

TEST_F(GateFaults, TheFifthInAMinuteIsOneTooMany) {
    for (int i = 0; i < 4; ++i) gate.fault("x");
    EXPECT_EQ(enough, 0);
    gate.fault("x");
    EXPECT_EQ(enough, 1);
    EXPECT_EQ(told, 5);
    EXPECT_EQ(gate.faults(), 5u);
}

TEST_F(GateFaults, FaultsThatAreFarApartAreNotTooMany) {
    for (int i = 0; i < 20; ++i) {
        gate.fault("x");
        now += std::chrono::seconds(16);
    }
    EXPECT_EQ(enough, 0);
}

TEST(Gate, ClosingWhileManyCallIsSafeAndExact) {
    for (int round = 0; round < 50; ++round) {
        auto gate = quiet("a");
        gate.open();
        std::atomic<int> inside{0};
        std::atomic<bool> done{false};
        std::vector<std::thread> callers;
        for (int i = 0; i < 3; ++i)
            callers.emplace_back([&] {
                while (!done) {
                    Inside call(gate);
                    if (!call) continue;
                    ++inside;
                    --inside;
                }
            });
        gate.close();

        EXPECT_TRUE(gate.wait_until_empty(milliseconds(5'000)));
        EXPECT_EQ(inside, 0);
        done = true;
        for (auto& caller : callers) caller.join();
    }
}

}  // namespace
}  // namespace whatsflow::plugins
