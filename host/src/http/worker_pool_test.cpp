#include "http/worker_pool.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <future>

namespace whatsflow::http {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Clock = WorkerPool::Clock;

WorkerPool::Task task(
    std::function<void()> run, std::function<void()> give_up = [] {}) {
    WorkerPool::Task made;
    made.run = std::move(run);
    made.give_up = std::move(give_up);
    made.owner = "plugin";
    return made;
}

/// Work that waits until it is let go.
struct Gate {
    std::promise<void> promise;
    std::shared_future<void> opened{promise.get_future()};
    std::function<void()> wait() {
        return [opened = opened] { opened.wait(); };
    }
    void open() { promise.set_value(); }
};

void wait_until_running(const WorkerPool& pool, std::size_t count) {
    while (pool.counts().running < count) std::this_thread::yield();
}

TEST(WorkerPool, RunsWhatItIsGiven) {
    WorkerPool pool({.workers = 3, .queue_length = 100});
    std::atomic<int> done{0};
    for (int i = 0; i < 100; ++i) ASSERT_TRUE(pool.submit(task([&] { ++done; })));
    EXPECT_TRUE(pool.wait_until_idle(Clock::now() + seconds(10)));
    EXPECT_EQ(done, 100);
}

TEST(WorkerPool, SaysNoWhenItsQueueIsFull) {
    Gate gate;
    WorkerPool pool({.workers = 1, .queue_length = 2});
    ASSERT_TRUE(pool.submit(task(gate.wait())));
    wait_until_running(pool, 1);
    EXPECT_TRUE(pool.submit(task([] {})));
    EXPECT_TRUE(pool.submit(task([] {})));
    EXPECT_FALSE(pool.submit(task([] {})));
    gate.open();
    EXPECT_TRUE(pool.wait_until_idle(Clock::now() + seconds(10)));
    EXPECT_TRUE(pool.submit(task([] {})));
}

TEST(WorkerPool, RunsNoMoreAtOnceThanIsBriskWhileTheWorkIsYoung) {
    Gate gate;
    WorkerPool pool({.workers = 4, .queue_length = 10, .brisk = 2, .patience = std::chrono::hours(1)});
    std::atomic<int> others{0};
    ASSERT_TRUE(pool.submit(task(gate.wait())));
    ASSERT_TRUE(pool.submit(task(gate.wait())));
    wait_until_running(pool, 2);
    for (int i = 0; i < 3; ++i) ASSERT_TRUE(pool.submit(task([&] { ++others; })));
    EXPECT_FALSE(pool.wait_until_idle(Clock::now() + milliseconds(50)));
    EXPECT_EQ(others, 0);
    EXPECT_EQ(pool.counts().running, 2);
    gate.open();
    EXPECT_TRUE(pool.wait_until_idle(Clock::now() + seconds(10)));
    EXPECT_EQ(others, 3);
}

TEST(WorkerPool, LetsOthersStepInForWorkThatWaits) {
    Gate gate;
    WorkerPool pool({.workers = 4, .queue_length = 10, .brisk = 2, .patience = milliseconds(5)});
    std::promise<void> done;
    ASSERT_TRUE(pool.submit(task(gate.wait())));
    ASSERT_TRUE(pool.submit(task(gate.wait())));
    ASSERT_TRUE(pool.submit(task([&] { done.set_value(); })));
    EXPECT_EQ(done.get_future().wait_for(seconds(10)), std::future_status::ready);
    gate.open();
}

TEST(WorkerPool, ReplacesAWorkerThatHangsAndReportsWhoseWorkItWas) {
    Gate gate;
    std::vector<std::pair<std::string, std::size_t>> reports;
    WorkerPool pool(
        {.workers = 1, .queue_length = 10, .on_written_off = [&](const std::string& owner, std::size_t hanging) {
             reports.emplace_back(owner, hanging);
         }});
    int given_up = 0;
    ASSERT_TRUE(pool.submit(task(gate.wait(), [&] { ++given_up; })));
    wait_until_running(pool, 1);
    pool.give_up_late_work(Clock::now() + seconds(5));
    EXPECT_EQ(given_up, 0) << "its time was not over";
    pool.give_up_late_work(Clock::now() + seconds(11));
    EXPECT_EQ(given_up, 1);
    EXPECT_EQ(reports, (std::vector<std::pair<std::string, std::size_t>>{{"plugin", 1}}));
    EXPECT_EQ(pool.counts().hanging, 1u);

    std::promise<void> ran;
    ASSERT_TRUE(pool.submit(task([&] { ran.set_value(); })));
    EXPECT_EQ(ran.get_future().wait_for(seconds(10)), std::future_status::ready);
    gate.open();
    while (pool.counts().hanging > 0) std::this_thread::yield();
    EXPECT_EQ(pool.counts().written_off, 1u);
    pool.give_up_late_work(Clock::now() + seconds(60));
    EXPECT_EQ(given_up, 1) << "given up twice";
}

TEST(WorkerPool, GivesUpWorkThatWaitedTooLongInTheQueueWithoutRunningIt) {
    Gate gate;
    WorkerPool pool({.workers = 1, .queue_length = 10, .written_off_limit = 0});
    ASSERT_TRUE(pool.submit(task(gate.wait())));
    wait_until_running(pool, 1);
    std::atomic<bool> ran{false};
    std::atomic<int> given_up{0};
    ASSERT_TRUE(pool.submit(task([&] { ran = true; }, [&] { ++given_up; })));
    pool.give_up_late_work(Clock::now() + seconds(11));
    EXPECT_EQ(given_up, 1);
    gate.open();
    while (pool.counts().hanging > 0) std::this_thread::yield();
    EXPECT_FALSE(ran);
}

TEST(WorkerPool, StopsReplacingWhenTooManyHang) {
    Gate gate;
    WorkerPool pool({.workers = 2, .queue_length = 10, .written_off_limit = 1});
    ASSERT_TRUE(pool.submit(task(gate.wait())));
    ASSERT_TRUE(pool.submit(task(gate.wait())));
    wait_until_running(pool, 2);
    pool.give_up_late_work(Clock::now() + seconds(11));
    EXPECT_EQ(pool.counts().hanging, 2u);
    // One was replaced, the other not: two pieces of work, one at a time.
    Gate second;
    ASSERT_TRUE(pool.submit(task(second.wait())));
    wait_until_running(pool, 1);
    ASSERT_TRUE(pool.submit(task([] {})));
    EXPECT_EQ(pool.counts().queued, 1u);
    gate.open();
    second.open();
    EXPECT_TRUE(pool.wait_until_idle(Clock::now() + seconds(10)));
}

TEST(WorkerPool, GivesUpWhatIsQueuedWhenItStops) {
    Gate gate;
    std::atomic<int> given_up{0};
    WorkerPool pool({.workers = 1, .queue_length = 10});
    ASSERT_TRUE(pool.submit(task(gate.wait())));
    wait_until_running(pool, 1);
    ASSERT_TRUE(pool.submit(task([] {}, [&] { ++given_up; })));
    pool.stop();
    EXPECT_EQ(given_up, 1);
    EXPECT_FALSE(pool.submit(task([] {})));
    gate.open();
    EXPECT_TRUE(pool.wait_until_idle(Clock::now() + seconds(10)));
}

}  // namespace
}  // namespace whatsflow::http
