#include "data/session_pool.hpp"

#include <gtest/gtest.h>

#include <future>

namespace whatsflow::data {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

struct World {
    int made = 0;
    int ended = 0;
    int pinged = 0;
    bool answers = true;
    bool refuses = false;
    std::vector<int> lent;
    steady_clock::time_point now{1000h};
};

class FakeSession final : public Session {
public:
    explicit FakeSession(World& world) : world_(world), number(++world.made) {}
    ~FakeSession() override { ++world_.ended; }

    Outcome<std::vector<sdk::Row>> query(std::string_view, const sdk::DbValues&, std::size_t, Deadline) override {
        return noted(mysql_error(2006, "gone"));
    }
    Outcome<std::int64_t> execute(std::string_view, const sdk::DbValues&, Deadline) override { return std::int64_t{0}; }
    Outcome<std::int64_t> run(const std::string& sql, Deadline) override {
        open = sql == "BEGIN";
        return std::int64_t{0};
    }
    bool looks_alive() const noexcept override { return alive; }
    bool ping(Deadline) override {
        ++world_.pinged;
        return world_.answers;
    }
    bool in_transaction() const noexcept override { return open; }
    sdk::Dialect dialect() const noexcept override { return sdk::Dialect::sqlite; }

private:
    World& world_;

public:
    const int number;
    bool open = false;
    bool alive = true;
};

class Pool : public testing::Test {
protected:
    SessionPool::Options options() {
        SessionPool::Options made;
        made.sessions = 2;
        made.longest_wait = 20ms;
        made.now = [this] { return world.now; };
        return made;
    }
    SessionPool::Connect connect() {
        return [this]() -> Outcome<std::unique_ptr<Session>> {
            if (world.refuses) return DriverError{Trouble::unavailable, 2002, "refused"};
            return Outcome<std::unique_ptr<Session>>(std::make_unique<FakeSession>(world));
        };
    }
    int borrow_once() {
        auto lease = pool.borrow(Deadline::max());
        return static_cast<FakeSession&>(**lease).number;
    }

    World world;
    SessionPool pool{options(), connect()};
};

TEST_F(Pool, ASessionIsLentAgain) {
    EXPECT_EQ(borrow_once(), 1);
    EXPECT_EQ(borrow_once(), 1);
    EXPECT_EQ(world.pinged, 0);
}

TEST_F(Pool, WhatCameBackLastIsLentFirst) {
    {
        auto one = pool.borrow(Deadline::max());
        auto two = pool.borrow(Deadline::max());
    }  // two comes back first
    EXPECT_EQ(borrow_once(), 1);
    EXPECT_EQ(borrow_once(), 1);
    world.now += 31s;
    EXPECT_EQ(borrow_once(), 1);
    auto one = pool.borrow(Deadline::max());
    EXPECT_EQ(world.pinged, 1);
    EXPECT_EQ(borrow_once(), 2) << "when the other is away";
    EXPECT_EQ(world.pinged, 2) << "it was idle all the time: asked before it is lent";
}

TEST_F(Pool, WithAllInUseABorrowerWaitsUntilItsDeadline) {
    auto one = pool.borrow(Deadline::max());
    auto two = pool.borrow(Deadline::max());
    const auto started = steady_clock::now();

    auto three = pool.borrow(started + 5ms);

    ASSERT_FALSE(three);
    EXPECT_EQ(three.error().trouble, Trouble::unavailable);
    EXPECT_GE(steady_clock::now() - started, 5ms);
    EXPECT_FALSE(pool.borrow(Deadline::max()));  // longest_wait
    EXPECT_EQ(pool.counts().waiting, 0U);
}

TEST_F(Pool, AWaitingBorrowerGetsTheSessionThatComesBack) {
    auto patient_options = options();
    patient_options.sessions = 1;
    patient_options.longest_wait = 60s;
    SessionPool patient(patient_options, connect());
    auto one = std::make_unique<Outcome<SessionPool::Lease>>(patient.borrow(Deadline::max()));
    auto waiting = std::async(std::launch::async, [&] {
        auto lease = patient.borrow(Deadline::max());
        return lease ? static_cast<FakeSession&>(**lease).number : 0;
    });
    while (patient.counts().waiting == 0) std::this_thread::yield();

    one.reset();

    EXPECT_EQ(waiting.get(), 1);
    EXPECT_EQ(world.made, 1);
}

TEST_F(Pool, ClosingWakesWhoWaits) {
    auto patient_options = options();
    patient_options.sessions = 1;
    patient_options.longest_wait = 60s;
    SessionPool patient(patient_options, connect());
    auto one = patient.borrow(Deadline::max());
    auto waiting = std::async(std::launch::async, [&] { return static_cast<bool>(patient.borrow(Deadline::max())); });
    while (patient.counts().waiting == 0) std::this_thread::yield();

    patient.close();

    EXPECT_FALSE(waiting.get());
}

TEST_F(Pool, AnIdleSessionIsAskedBeforeItIsLent) {
    borrow_once();
    world.now += 31s;
    EXPECT_EQ(borrow_once(), 1);
    EXPECT_EQ(world.pinged, 1);

    world.now += 31s;
    world.answers = false;
    EXPECT_EQ(borrow_once(), 2);
    EXPECT_EQ(world.ended, 1);
}

TEST_F(Pool, AnOldSessionIsReplaced) {
    borrow_once();
    world.now += 31min;
    EXPECT_EQ(borrow_once(), 2);
}

TEST_F(Pool, ASessionThatVisiblyEndedIsReplacedWithoutAsking) {
    {
        auto lease = pool.borrow(Deadline::max());
        static_cast<FakeSession&>(**lease).alive = false;
    }
    EXPECT_EQ(borrow_once(), 2);
    EXPECT_EQ(world.pinged, 0);
}

TEST_F(Pool, ASessionLeftInATransactionIsNotLentAgain) {
    {
        auto lease = pool.borrow(Deadline::max());
        (void)(*lease)->run("BEGIN", Deadline::max());
    }
    EXPECT_EQ(world.ended, 1);
    EXPECT_EQ(borrow_once(), 2);
}

TEST_F(Pool, AfterALossTheOlderSessionsAreAskedFirst) {
    {
        auto one = pool.borrow(Deadline::max());
        auto two = pool.borrow(Deadline::max());
        world.now += 1s;
        (void)(*one)->query("SELECT 1", {}, 1, Deadline::max());
    }
    EXPECT_EQ(world.ended, 1);
    EXPECT_EQ(borrow_once(), 2);
    EXPECT_EQ(world.pinged, 1);
}

TEST_F(Pool, ARefusedConnectionLeavesItsPlaceFree) {
    world.refuses = true;
    for (int i = 0; i < 5; ++i) EXPECT_EQ(pool.borrow(Deadline::max()).error().number, 2002);

    world.refuses = false;
    EXPECT_EQ(borrow_once(), 1);
}

TEST_F(Pool, ClosingEndsIdleSessionsAndWaitersAndLaterThoseOnLoan) {
    auto one = std::make_unique<Outcome<SessionPool::Lease>>(pool.borrow(Deadline::max()));
    auto two = std::make_unique<Outcome<SessionPool::Lease>>(pool.borrow(Deadline::max()));
    two.reset();

    pool.close();

    EXPECT_EQ(world.ended, 1);
    EXPECT_FALSE(pool.borrow(Deadline::max()));
    one.reset();
    EXPECT_EQ(world.ended, 2);
    EXPECT_EQ(pool.counts().open, 0U);
}

}  // namespace
}  // namespace whatsflow::data
