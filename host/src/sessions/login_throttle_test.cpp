#include "sessions/login_throttle.hpp"

#include "sessions/sessions_fixture.hpp"

namespace whatsflow::sessions {
namespace {

using namespace std::chrono_literals;

class Throttle : public testing::SessionsTest {
protected:
    std::int64_t wait(std::string_view account, std::string_view address, std::string_view realm = "app") {
        const auto seconds = throttle.wait(context, realm, account, address);
        EXPECT_TRUE(seconds);
        return seconds->value_or(0);
    }
    void fail(std::string_view account, std::string_view address, int times = 1) {
        for (int i = 0; i < times; ++i) EXPECT_TRUE(throttle.failed(context, "app", account, address));
    }

    DatabaseThrottle throttle{*database, clock};
};

TEST_F(Throttle, AnAccountMayFailTenTimesThenWaitsLongerEachTime) {
    fail("ann@x", "10.0.0.1", 9);
    EXPECT_EQ(wait("ann@x", "10.0.0.1"), 0);

    std::vector<std::int64_t> waits;
    for (int i = 0; i < 9; ++i) {
        fail("ann@x", "10.0.0.1");
        waits.push_back(wait("ann@x", "10.0.0.1"));
    }

    EXPECT_EQ(waits, (std::vector<std::int64_t>{15, 30, 60, 120, 240, 480, 900, 900, 900}));
    clock.pass(899s);
    EXPECT_EQ(wait("ann@x", "10.0.0.1"), 1);
    clock.pass(1s);
    EXPECT_EQ(wait("ann@x", "10.0.0.1"), 0);
}

TEST_F(Throttle, TheAccountWaitsWhereverItIsTriedFromAndHoweverItIsWritten) {
    for (int i = 0; i < 12; ++i) fail("ann@x", "10.0.0." + std::to_string(i));

    EXPECT_GT(wait("ann@x", "192.0.2.1"), 0);
    EXPECT_GT(wait(" ANN@X ", "192.0.2.1"), 0);
    EXPECT_EQ(wait("bob@x", "192.0.2.1"), 0);
    EXPECT_EQ(wait("ann@x", "192.0.2.1", "admin"), 0);
}

TEST_F(Throttle, AnAddressThatTriesManyAccountsWaitsToo) {
    for (int i = 0; i < 49; ++i) fail("user-" + std::to_string(i), "10.0.0.1");
    EXPECT_EQ(wait("new@x", "10.0.0.1"), 0);
    fail("one-more", "10.0.0.1");

    EXPECT_EQ(wait("new@x", "10.0.0.1"), 15);
    EXPECT_EQ(wait("new@x", "10.0.0.1", "admin"), 15);
    EXPECT_EQ(wait("new@x", "10.0.0.2"), 0);
}

TEST_F(Throttle, ANetworkOfIpv6CountsAsOneAddress) {
    for (int i = 0; i < 50; ++i) fail("user-" + std::to_string(i), "2001:db8::" + std::to_string(i + 1));

    EXPECT_GT(wait("new@x", "2001:db8::ffff"), 0);
    EXPECT_EQ(wait("new@x", "2001:db8:0:1::1"), 0);
}

TEST_F(Throttle, ASuccessForgetsTheAccountNotTheAddress) {
    fail("ann@x", "10.0.0.1", 50);
    ASSERT_TRUE(throttle.succeeded(context, "app", "ann@x"));

    EXPECT_EQ(wait("ann@x", "10.0.0.2"), 0);
    EXPECT_EQ(wait("ann@x", "10.0.0.1"), 15);
    EXPECT_TRUE(throttle.succeeded(context, "app", "never failed"));
}

TEST_F(Throttle, FifteenQuietMinutesBeginAnew) {
    fail("ann@x", "10.0.0.1", 9);
    clock.pass(15min + 1s);

    fail("ann@x", "10.0.0.1", 9);
    EXPECT_EQ(wait("ann@x", "10.0.0.1"), 0);
    fail("ann@x", "10.0.0.1");
    EXPECT_EQ(wait("ann@x", "10.0.0.1"), 15);
}

TEST_F(Throttle, ItHoldsOnEveryHostAndThroughARestart) {
    fail("ann@x", "10.0.0.1", 10);

    DatabaseThrottle other(*database, clock);

    EXPECT_EQ((*other.wait(context, "app", "ann@x", "10.0.0.9")).value_or(0), 15);
}

TEST_F(Throttle, WhatDoesNotCountAnyMoreIsPurged) {
    fail("ann@x", "10.0.0.1");
    clock.pass(10min);
    fail("bob@x", "10.0.0.2");
    clock.pass(6min);

    EXPECT_EQ(*throttle.purge(context), 2);
    EXPECT_EQ(number("SELECT COUNT(*) FROM core_login_failures"), 2);
}

TEST_F(Throttle, NoNameOrAddressIsKept) {
    fail("ann@x", "10.0.0.1");

    EXPECT_EQ(number("SELECT COUNT(*) FROM core_login_failures WHERE id LIKE '%ann%' OR id LIKE '%10.0%'"), 0);
}

}  // namespace
}  // namespace whatsflow::sessions
