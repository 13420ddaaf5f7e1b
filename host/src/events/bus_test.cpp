#include "events/bus.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <mutex>

namespace whatsflow::events {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::ElementsAre;

class FixedClock final : public sdk::Clock {
public:
    sdk::Instant now() const override { return sdk::from_micros(42); }
};

class Lines final : public sdk::Logger {
public:
    bool enabled(sdk::LogLevel) const noexcept override { return true; }
    void write(sdk::LogLevel, std::string_view message, const sdk::LogFields& fields) noexcept override {
        std::lock_guard lock(mutex);
        text += message;
        for (const auto& [name, value] : fields) text += " " + name + "=" + value;
        text += "\n";
    }
    std::string all() {
        std::lock_guard lock(mutex);
        return text;
    }
    std::mutex mutex;
    std::string text;
};

struct Counted {
    static constexpr sdk::EventType kType{"test.counted", 1};
    int number = 0;
    static constexpr auto fields() { return std::make_tuple(sdk::field("number", &Counted::number)); }
};

/// The same version, built elsewhere with one field more.
struct Wider {
    static constexpr sdk::EventType kType{"test.counted", 1};
    int number = 0;
    std::string colour = "grey";
    static constexpr auto fields() {
        return std::make_tuple(sdk::field("number", &Wider::number), sdk::field("colour", &Wider::colour));
    }
};

/// Holds a handler until the test lets it go.
struct Door {
    void wait() {
        std::unique_lock lock(mutex);
        changed.wait(lock, [&] { return open; });
    }
    void let_go() {
        std::lock_guard lock(mutex);
        open = true;
        changed.notify_all();
    }
    std::mutex mutex;
    std::condition_variable changed;
    bool open = false;
};

class BusTest : public ::testing::Test {
protected:
    Lines log;
    FixedClock clock;
    Bus bus{log, clock, {.threads = 2, .stuck_after = milliseconds(100), .max_replaced = 4}};

    void count(int from, int to) {
        for (int i = from; i < to; ++i) ASSERT_TRUE(sdk::publish(bus, Counted{i}));
    }
};

TEST_F(BusTest, ASubscriberGetsEventsInTheOrderOfTheirPublication) {
    std::vector<int> seen;
    auto ear =
        sdk::subscribe<Counted>(bus, [&](const Counted& event, const sdk::Envelope&) { seen.push_back(event.number); });

    count(0, 1000);

    ASSERT_TRUE(bus.drain(seconds(10)));
    ASSERT_EQ(seen.size(), 1000u);
    EXPECT_TRUE(std::ranges::is_sorted(seen));
}

TEST_F(BusTest, TheEnvelopeIsFilledIn) {
    sdk::Envelope seen;
    auto ear = bus.subscribe("test.counted/1", {}, [&](const auto& envelope) { seen = *envelope; });

    count(7, 8);

    ASSERT_TRUE(bus.drain(seconds(10)));
    EXPECT_EQ(seen.id.size(), 36u);
    EXPECT_EQ(seen.publisher, "host");
    EXPECT_EQ(sdk::to_micros(seen.occurred_at), 42);
    EXPECT_EQ(seen.hop, 0u);
    EXPECT_EQ(seen.json().at("number"), 7);
}

TEST_F(BusTest, AnotherVersionIsAnotherEvent) {
    std::atomic<int> seen{0};
    auto ear = bus.subscribe("test.counted/2", {}, [&](const auto&) { ++seen; });

    count(0, 1);

    ASSERT_TRUE(bus.drain(seconds(10)));
    EXPECT_EQ(seen, 0);
}

TEST_F(BusTest, AFullQueueDropsTheOldestOrTheNewestAndCounts) {
    Door door;
    std::atomic<int> inside{0};
    std::vector<int> oldest, newest;
    auto held = [&](std::vector<int>& seen) {
        return [&](const Counted& event, const sdk::Envelope&) {
            ++inside;
            door.wait();
            seen.push_back(event.number);
        };
    };
    auto one = sdk::subscribe<Counted>(bus, held(oldest), {3, sdk::Overflow::drop_oldest});
    auto two = sdk::subscribe<Counted>(bus, held(newest), {3, sdk::Overflow::drop_newest});
    count(0, 1);
    while (inside < 2) std::this_thread::yield();

    count(1, 8);
    door.let_go();

    ASSERT_TRUE(bus.drain(seconds(10)));
    EXPECT_THAT(oldest, ElementsAre(0, 5, 6, 7));
    EXPECT_THAT(newest, ElementsAre(0, 1, 2, 3));
    EXPECT_EQ(bus.dropped(), 8u);
    EXPECT_THAT(log.all(), ::testing::HasSubstr("a subscriber does not keep up"));
}

TEST_F(BusTest, ASlowSubscriberDoesNotHoldUpAnother) {
    Door door;
    std::atomic<int> seen{0};
    auto slow = bus.subscribe("test.counted/1", {}, [&](const auto&) { door.wait(); });
    auto quick = bus.subscribe("test.counted/1", {}, [&](const auto&) { ++seen; });

    count(0, 100);

    while (seen < 100) std::this_thread::yield();
    door.let_go();
    EXPECT_TRUE(bus.drain(seconds(10)));
}

/// With two threads and a slow handler on one of them, the other must always be found awake or
/// be woken, whatever the two were looking out for when the events came.
TEST_F(BusTest, AnEventIsNeverLeftBehindASlowHandlerWhileAThreadSleeps) {
    Bus two{log, clock, {.threads = 2, .stuck_after = seconds(60)}};
    std::atomic<int> quick{0};
    std::atomic<int> slow{0};
    auto slow_ear = two.subscribe("test.slow/1", {100'000, sdk::Overflow::drop_oldest}, [&](const auto&) {
        const int mine = ++slow;
        while (quick < mine) std::this_thread::yield();
    });
    auto quick_ear =
        two.subscribe("test.quick/1", {100'000, sdk::Overflow::drop_oldest}, [&](const auto&) { ++quick; });
    sdk::Envelope slow_one, quick_one;
    slow_one.type = {"test.slow", 1};
    quick_one.type = {"test.quick", 1};

    for (int i = 0; i < 5000; ++i) {
        ASSERT_TRUE(two.publish(i % 2 ? slow_one : quick_one));
        ASSERT_TRUE(two.publish(i % 2 ? quick_one : slow_one));
        if (i % 7 == 0) {
            ASSERT_TRUE(two.drain(seconds(10)));
        }
    }

    EXPECT_TRUE(two.drain(seconds(10)));
    EXPECT_EQ(quick, 5000);
    EXPECT_EQ(slow, 5000);
}

TEST_F(BusTest, HandlersThatNeverReturnLoseTheirThreadAndTheOthersGoOn) {
    Door door;
    std::atomic<int> seen{0};
    std::vector<sdk::Registration> stuck;
    for (int i = 0; i < 3; ++i) stuck.push_back(bus.subscribe("test.hang/1", {}, [&](const auto&) { door.wait(); }));
    auto quick = bus.subscribe("test.counted/1", {}, [&](const auto&) { ++seen; });
    sdk::Envelope hang;
    hang.type = {"test.hang", 1};

    ASSERT_TRUE(bus.publish(hang));
    count(0, 10);

    while (seen < 10) std::this_thread::yield();
    EXPECT_THAT(log.all(), ::testing::HasSubstr("an event handler does not come back"));
    door.let_go();
    EXPECT_TRUE(bus.drain(seconds(10)));
}

TEST_F(BusTest, OneSubscriptionIsNeverOnTwoThreads) {
    std::atomic<int> inside{0};
    std::atomic<bool> together{false};
    auto ear = bus.subscribe("test.counted/1", {100'000, sdk::Overflow::drop_oldest}, [&](const auto&) {
        if (++inside > 1) together = true;
        --inside;
    });
    std::vector<std::thread> publishers;
    for (int i = 0; i < 4; ++i) publishers.emplace_back([&] { count(0, 2000); });
    for (auto& publisher : publishers) publisher.join();

    ASSERT_TRUE(bus.drain(seconds(20)));
    EXPECT_FALSE(together);
    EXPECT_EQ(bus.list().at(0).subscribers.at(0).counters.delivered, 8000u);
}

TEST_F(BusTest, AnExceptionIsTheSubscribersFaultAndTheNextEventArrives) {
    std::vector<std::string> faults;
    std::mutex mutex;
    auto ear = bus.subscribe(
        "deaf", "test.counted/1", {},
        [](const auto& envelope) {
            if (envelope->json().at("number") == 0) throw std::runtime_error("no");
            if (envelope->json().at("number") == 1) throw 42;
        },
        [&](std::string_view what) {
            std::lock_guard lock(mutex);
            faults.emplace_back(what);
        });

    count(0, 3);

    ASSERT_TRUE(bus.drain(seconds(10)));
    EXPECT_THAT(faults, ElementsAre("no", "threw something that is not a std::exception"));
    EXPECT_EQ(bus.list().at(0).subscribers.at(0).counters.faults, 2u);
}

TEST_F(BusTest, EventsThatCauseEachOtherEndAfterSixteenHopsWithTheChainInTheLog) {
    std::atomic<unsigned> deepest{0};
    std::atomic<int> refused{0};
    auto ping = bus.subscribe("test.counted/1", {}, [&](const auto& envelope) {
        deepest = envelope->hop;
        if (auto again = sdk::publish(bus, Counted{}); !again) {
            EXPECT_EQ(again.error().code, "events.too_deep");
            ++refused;
        }
    });

    count(0, 1);

    ASSERT_TRUE(bus.drain(seconds(10)));
    EXPECT_EQ(deepest, 16u);
    EXPECT_EQ(refused, 1);
    EXPECT_THAT(log.all(), ::testing::HasSubstr("chain=host: test.counted/1 > host: test.counted/1"));
}

TEST_F(BusTest, ReleasingWaitsForTheRunningHandler) {
    Door door;
    std::atomic<bool> inside{false};
    std::atomic<bool> out{false};
    auto ear = bus.subscribe("test.counted/1", {}, [&](const auto&) {
        inside = true;
        door.wait();
        out = true;
    });
    count(0, 2);
    while (!inside) std::this_thread::yield();

    auto released = std::async(std::launch::async, [&] { ear.release(); });
    EXPECT_EQ(released.wait_for(milliseconds(30)), std::future_status::timeout);
    door.let_go();
    released.get();

    EXPECT_TRUE(out);
    EXPECT_EQ(bus.subscription_count(), 0u);
}

TEST_F(BusTest, AHandlerMayEndItsOwnSubscription) {
    std::atomic<int> seen{0};
    sdk::Registration ear;
    ear = bus.subscribe("test.counted/1", {}, [&](const auto&) {
        ++seen;
        ear.release();
    });

    count(0, 10);

    ASSERT_TRUE(bus.drain(seconds(10)));
    EXPECT_EQ(seen, 1);
}

TEST_F(BusTest, AClosedBusTakesNothingAndFinishesWhatItHas) {
    std::atomic<int> seen{0};
    auto ear = bus.subscribe("test.counted/1", {}, [&](const auto&) { ++seen; });
    count(0, 100);

    EXPECT_TRUE(bus.close(seconds(10)));

    EXPECT_EQ(seen, 100);
    EXPECT_EQ(sdk::publish(bus, Counted{}).error().code, "events.closed");
    EXPECT_TRUE(bus.close(seconds(1)));
}

TEST_F(BusTest, TheListNamesPublishersAndSubscribers) {
    bus.declare("billing", "billing.invoice_paid/2", "outbox");
    auto ear = bus.subscribe("mail", "billing.invoice_paid/2", {}, [](const auto&) {}, {});

    const auto list = bus.list();

    ASSERT_EQ(list.size(), 1u);
    EXPECT_EQ(list[0].name, "billing.invoice_paid");
    EXPECT_EQ(list[0].version, 2u);
    EXPECT_THAT(list[0].publishers, ElementsAre("billing"));
    EXPECT_EQ(list[0].subscribers.at(0).owner, "mail");
    EXPECT_EQ(list[0].delivery, "outbox");
}

TEST_F(BusTest, AnotherLayoutOfTheSameVersionIsReadThroughJson) {
    Wider seen;
    auto ear = sdk::subscribe<Wider>(bus, [&](const Wider& event, const sdk::Envelope&) { seen = event; });

    count(5, 6);

    ASSERT_TRUE(bus.drain(seconds(10)));
    EXPECT_EQ(seen.number, 5);
    EXPECT_EQ(seen.colour, "grey");
}

TEST_F(BusTest, SubscribingPublishingAndLeavingAtTheSameTimeIsSafe) {
    std::atomic<bool> done{false};
    std::vector<std::thread> threads;
    for (int i = 0; i < 2; ++i)
        threads.emplace_back([&] {
            while (!done) (void)sdk::publish(bus, Counted{});
        });
    threads.emplace_back([&] {
        while (!done) {
            std::atomic<int> seen{0};
            auto ear =
                bus.subscribe("x", "test.counted/1", {4, sdk::Overflow::drop_oldest}, [&](const auto&) { ++seen; }, {});
        }
    });
    threads.emplace_back([&] {
        while (!done) (void)bus.list();
    });
    for (int i = 0; i < 200; ++i) {
        auto ear = bus.subscribe("y", "test.counted/1", {}, [](const auto&) {}, {});
        bus.withdraw("y");
    }
    done = true;
    for (auto& thread : threads) thread.join();

    EXPECT_TRUE(bus.drain(seconds(10)));
    EXPECT_EQ(bus.subscription_count(), 0u);
}

}  // namespace
}  // namespace whatsflow::events
