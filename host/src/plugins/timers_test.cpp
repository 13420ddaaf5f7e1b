#include "plugins/timers.hpp"

#include "plugins/control_thread.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <thread>

namespace whatsflow::plugins {
namespace {

using std::chrono::milliseconds;

TEST(Timers, AnActionRunsAgainAndAgainAndNeverTwiceAtOnce) {
    Timers timers;
    std::atomic<int> runs{0};
    std::atomic<int> inside{0};
    std::atomic<bool> together{false};
    auto timer = timers.every("a", milliseconds(1), [&] {
        if (++inside > 1) together = true;
        std::this_thread::yield();
        --inside;
        ++runs;
    });

    while (runs < 20) std::this_thread::yield();

    EXPECT_FALSE(together);
}

TEST(Timers, ReleasingWaitsForTheActionAndEndsIt) {
    Timers timers;
    std::promise<void> entered, let_go;
    std::atomic<bool> out{false};
    auto timer = timers.every("a", milliseconds(1), [&, first = true]() mutable {
        if (!first) return;
        first = false;
        entered.set_value();
        let_go.get_future().wait();
        out = true;
    });
    entered.get_future().wait();

    auto released = std::async(std::launch::async, [&] { timer.release(); });
    EXPECT_EQ(released.wait_for(milliseconds(20)), std::future_status::timeout);
    let_go.set_value();
    released.get();

    EXPECT_TRUE(out);
    EXPECT_EQ(timers.withdraw("a"), 0u);
}

TEST(Timers, AnActionMayEndItselfAndAnOwnerLosesAllOfHis) {
    Timers timers;
    std::atomic<int> runs{0};
    sdk::Registration self;
    std::promise<void> ready;
    auto is_ready = ready.get_future().share();
    self = timers.every("a", milliseconds(1), [&, is_ready] {
        is_ready.wait();
        ++runs;
        self.release();
    });
    ready.set_value();
    while (runs == 0) std::this_thread::yield();
    auto one = timers.every("b", std::chrono::hours(1), [] {});
    auto two = timers.every("b", std::chrono::hours(1), [] {});

    EXPECT_EQ(timers.withdraw("b"), 2u);
    EXPECT_EQ(runs, 1);
}

TEST(ControlThread, AStepThatHangsIsWrittenOffAndTheNextOneRuns) {
    ControlThread control;
    auto let_go = std::make_shared<std::promise<void>>();
    EXPECT_FALSE(ControlThread::is_current());

    EXPECT_FALSE(control.run([let_go] { let_go->get_future().wait(); }, milliseconds(20)));
    auto current = std::make_shared<std::atomic<bool>>(false);
    EXPECT_TRUE(control.run([current] { *current = ControlThread::is_current(); }, milliseconds(5'000)));

    EXPECT_TRUE(*current);
    let_go->set_value();
}

}  // namespace
}  // namespace whatsflow::plugins
