#include "boot/readiness.hpp"

#include <gtest/gtest.h>

#include <atomic>

namespace whatsflow::boot {
namespace {

using namespace std::chrono_literals;

TEST(Readiness, IsKnownBeforeTheFirstQuestion) {
    const ReadinessWatch watch({{"database", [] { return sdk::ok(); }}}, 1h);
    EXPECT_TRUE(watch.current().ready);
    EXPECT_EQ(watch.current().checks["database"], "ok");
}

TEST(Readiness, OneFailedCheckIsNotReadyAndSaysWhich) {
    const ReadinessWatch watch({{"a", [] { return sdk::ok(); }},
                                {"b", []() -> sdk::Result<void> { return sdk::fail("x", "The database is gone."); }}},
                               1h);
    EXPECT_FALSE(watch.current().ready);
    EXPECT_EQ(watch.current().checks["b"], "The database is gone.");
}

TEST(Readiness, ComesBackByItself) {
    std::atomic<bool> gone{true};
    const ReadinessWatch watch({{"database",
                                 [&]() -> sdk::Result<void> {
                                     if (gone) return sdk::fail("x", "gone");
                                     return sdk::ok();
                                 }}},
                               5ms);
    EXPECT_FALSE(watch.current().ready);
    gone = false;
    while (!watch.current().ready) std::this_thread::yield();
}

TEST(Readiness, ACheckThatHangsCountsAsFailed) {
    std::atomic<int> calls{0};
    std::atomic<bool> release{false};
    {
        const ReadinessWatch watch({{"database",
                                     [&] {
                                         if (++calls > 1)
                                             while (!release) std::this_thread::yield();
                                         return sdk::ok();
                                     }}},
                                   5ms);
        while (watch.current().ready) std::this_thread::yield();
        EXPECT_EQ(watch.current().checks["checks"], "no answer");
        release = true;
    }
}

TEST(Readiness, ADrainingServerIsNotReady) {
    ReadinessWatch watch({{"database", [] { return sdk::ok(); }}}, 1h);
    watch.drain();
    EXPECT_FALSE(watch.current().ready);
}

}  // namespace
}  // namespace whatsflow::boot
