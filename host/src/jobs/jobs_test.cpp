// What those who enqueue and those who handle rely on.
#include "jobs/jobs_fixture.hpp"

#include <thread>

namespace whatsflow::jobs::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class JobsTest : public JobsFixture {};

TEST_F(JobsTest, AJobIsRunOnceWithWhatItCarries) {
    ASSERT_TRUE(shop->handle("shop.count", [&](sdk::JobRun& run) -> sdk::Result<void> {
        kept.push_back(run.payload().at("n"));
        EXPECT_EQ(run.attempt(), 1);
        EXPECT_EQ(run.context().tenant.text(), "t-1");
        EXPECT_GT(run.context().remaining(), 50s);
        return sdk::ok();
    }));
    auto request = count(5);
    request.tenant = sdk::TenantId{"t-1"};
    const auto id = enqueue(request);

    EXPECT_EQ(jobs->work_off(), 1);
    EXPECT_EQ(jobs->work_off(), 0);

    EXPECT_THAT(kept, ElementsAre(5));
    EXPECT_EQ(state_of(id), "done");
}

TEST_F(JobsTest, AJobExistsIfItsTransactionCommits) {
    ASSERT_TRUE(shop->handle("shop.count", keeper()));
    auto rolled_back = database->transaction(context, [&](sdk::Transaction& tx) -> sdk::Result<void> {
        EXPECT_TRUE(shop->enqueue(tx, context, count(1)));
        return sdk::fail("shop.changed_mind", "no");
    });
    auto committed = database->transaction(context, [&](sdk::Transaction& tx) -> sdk::Result<void> {
        EXPECT_TRUE(shop->enqueue(tx, context, count(2)));
        return sdk::ok();
    });

    jobs->work_off();

    EXPECT_FALSE(rolled_back);
    EXPECT_TRUE(committed);
    EXPECT_THAT(kept, ElementsAre(2));
}

TEST_F(JobsTest, NothingRunsBeforeItsTime) {
    ASSERT_TRUE(shop->handle("shop.count", keeper()));
    auto request = count(1);
    request.run_at = clock.now() + 60s;
    enqueue(request);

    jobs->work_off();
    EXPECT_THAT(kept, IsEmpty());
    clock.forward(60s);
    jobs->work_off();

    EXPECT_THAT(kept, ElementsAre(1));
}

TEST_F(JobsTest, HigherPriorityGoesFirstAndThenWhoCameFirst) {
    jobs = another({.workshop = {.workers = 1}});
    shop = jobs->for_plugin("shop", no_gate());
    ASSERT_TRUE(shop->handle("shop.count", keeper(), {.at_once = 1}));
    enqueue(count(1));
    enqueue(count(2));
    auto urgent = count(3);
    urgent.priority = 5;
    enqueue(urgent);

    jobs->work_off();

    EXPECT_THAT(kept, ElementsAre(3, 1, 2));
}

TEST_F(JobsTest, AFailedJobIsTriedAgainAfterAGrowingPause) {
    ASSERT_TRUE(shop->handle("shop.count", keeper()));
    bad = {1};
    const auto id = enqueue(count(1));

    jobs->work_off();
    EXPECT_EQ(word("SELECT error FROM core_jobs"), "shop.no: not this one");
    jobs->work_off();
    EXPECT_EQ(number("SELECT attempts FROM core_jobs"), 1) << "its pause is not over";
    clock.forward(7s);
    jobs->work_off();
    clock.forward(7s);
    jobs->work_off();
    EXPECT_EQ(number("SELECT attempts FROM core_jobs"), 2) << "the second pause is about 15 seconds";
    bad.clear();
    clock.forward(20s);
    jobs->work_off();

    EXPECT_THAT(kept, ElementsAre(1));
    EXPECT_EQ(state_of(id), "done");
}

TEST_F(JobsTest, AfterTheLastAttemptItHasFailed) {
    ASSERT_TRUE(shop->handle("shop.count", keeper()));
    bad = {1};
    auto request = count(1);
    request.most_attempts = 2;
    const auto id = enqueue(request);

    jobs->work_off();
    clock.forward(10s);
    jobs->work_off();
    clock.forward(24h);
    jobs->work_off();

    EXPECT_EQ(state_of(id), "failed");
    EXPECT_EQ(number("SELECT attempts FROM core_jobs"), 2);
    EXPECT_THAT(log.text(), HasSubstr("ERROR a job failed for good"));
}

TEST_F(JobsTest, AUniqueKeyIsTakenWhileItsJobWaitsOrRuns) {
    auto request = count(1);
    request.unique_key = "one";
    const auto first = enqueue(request);
    EXPECT_EQ(enqueue(request), first);
    std::string while_it_ran;
    ASSERT_TRUE(shop->handle("shop.count", [&](sdk::JobRun&) {
        while_it_ran = enqueue(request);
        return sdk::ok();
    }));

    jobs->work_off();

    EXPECT_EQ(while_it_ran, first);
    EXPECT_NE(enqueue(request), first);
}

TEST_F(JobsTest, AUniqueKeyInsideATransactionLeavesTheTransactionWhole) {
    auto request = count(1);
    request.unique_key = "one";
    const auto first = enqueue(request);

    auto done = database->transaction(context, [&](sdk::Transaction& tx) -> sdk::Result<void> {
        auto again = shop->enqueue(tx, context, request);
        EXPECT_EQ(*again, first);
        auto other = shop->enqueue(tx, context, count(2));
        return other ? sdk::ok() : other.error();
    });

    EXPECT_TRUE(done);
    EXPECT_EQ(number("SELECT COUNT(*) FROM core_jobs"), 2);
}

TEST_F(JobsTest, CompletingInATransactionCommitsTheEffectAndTheEndTogether) {
    ASSERT_TRUE(shop->handle("shop.count", [&](sdk::JobRun& run) {
        return database->transaction(context, [&](sdk::Transaction& tx) -> sdk::Result<void> {
            auto done = tx.execute(context, "INSERT INTO seen VALUES (1, '')");
            return done ? run.complete_in(tx) : done.error();
        });
    }));
    const auto id = enqueue(count(1));

    jobs->work_off();

    EXPECT_EQ(state_of(id), "done");
    EXPECT_EQ(number("SELECT COUNT(*) FROM seen"), 1);
}

TEST_F(JobsTest, ARunWhoseLeaseEndedCompletesNothing) {
    auto second = another();
    ASSERT_TRUE(second->for_plugin("shop", no_gate())->handle("shop.count", keeper()));
    std::string code;
    ASSERT_TRUE(shop->handle("shop.count", [&](sdk::JobRun& run) -> sdk::Result<void> {
        clock.forward(61s);
        second->work_off();  // takes over
        auto done = database->transaction(context, [&](sdk::Transaction& tx) -> sdk::Result<void> {
            auto written = tx.execute(context, "INSERT INTO seen VALUES (1, '')");
            return written ? run.complete_in(tx) : written.error();
        });
        code = done ? "" : done.error().code;
        return done;
    }));
    const auto id = enqueue(count(1));

    jobs->work_off();

    EXPECT_EQ(code, "jobs.lease_lost");
    EXPECT_EQ(number("SELECT COUNT(*) FROM seen"), 0);
    EXPECT_THAT(kept, ElementsAre(1));
    EXPECT_EQ(state_of(id), "done");
}

TEST_F(JobsTest, AJobWhoseWorkerDiesInItsLastAttemptHasFailed) {
    auto request = count(1);
    request.most_attempts = 1;
    const auto id = enqueue(request);
    must("UPDATE core_jobs SET state = 'running', lease = 'gone', attempts = 1, due_at = ?", {clock.now() + 60s});
    ASSERT_TRUE(shop->handle("shop.count", keeper()));

    jobs->work_off();
    EXPECT_EQ(state_of(id), "running");
    clock.forward(61s);
    jobs->work_off();

    EXPECT_EQ(state_of(id), "failed");
    EXPECT_THAT(kept, IsEmpty());
}

TEST_F(JobsTest, AHandlerThatThrowsHasFailed) {
    ASSERT_TRUE(shop->handle("shop.count", [](sdk::JobRun&) -> sdk::Result<void> { throw std::runtime_error("oh"); }));
    enqueue(count(1));

    jobs->work_off();

    EXPECT_EQ(word("SELECT error FROM core_jobs"), "plugin.fault: oh");
}

TEST_F(JobsTest, APluginThatIsStoppingHasNotFailed) {
    bool stopping = true;
    auto closing = jobs->for_plugin("shop", [&](const auto&, const auto& body) -> sdk::Result<void> {
        if (std::exchange(stopping, false)) return sdk::fail("plugin.unavailable", "stopping");
        return body();
    });
    auto request = count(1);
    request.most_attempts = 1;
    const auto id = enqueue(request);
    ASSERT_TRUE(closing->handle("shop.count", keeper()));

    jobs->work_off();
    EXPECT_EQ(number("SELECT attempts FROM core_jobs"), 0);
    jobs->work_off();

    EXPECT_THAT(kept, ElementsAre(1));
    EXPECT_EQ(state_of(id), "done");
}

TEST_F(JobsTest, AWithdrawnPluginsJobsWait) {
    ASSERT_TRUE(shop->handle("shop.count", keeper()));
    jobs->withdraw("shop");
    const auto id = enqueue(count(1));

    jobs->work_off();
    EXPECT_EQ(state_of(id), "ready");
    ASSERT_TRUE(shop->handle("shop.count", keeper()));
    jobs->work_off();

    EXPECT_THAT(kept, ElementsAre(1));
}

TEST_F(JobsTest, NamesBelongToTheirPluginAndAreThereOnce) {
    EXPECT_EQ(shop->handle("billing.count", keeper()).error().code, "jobs.bad_name");
    EXPECT_EQ(shop->schedule({.name = "billing.daily", .kind = "shop.count", .every = 24h}).error().code,
              "jobs.bad_name");
    EXPECT_TRUE(shop->handle("shop.count", keeper()));
    EXPECT_EQ(shop->handle("shop.count", keeper()).error().code, "jobs.duplicate");
}

TEST_F(JobsTest, APayloadThatIsTooLargeIsRefused) {
    auto request = count(1);
    request.payload["text"] = std::string(17'000, 'x');

    EXPECT_EQ(shop->enqueue(*database, context, request).error().code, "jobs.payload_too_large");
}

TEST_F(JobsTest, AScheduleMakesOneJobWhenItIsDueAndOneForAllItMissed) {
    ASSERT_TRUE(shop->handle("shop.count", keeper()));
    ASSERT_TRUE(shop->schedule({.name = "shop.hourly", .kind = "shop.count", .every = 1h, .payload = {{"n", 1}}}));
    const auto first = clock.now() + 1h;

    jobs->work_off();
    EXPECT_THAT(kept, IsEmpty());
    clock.forward(1h);
    jobs->work_off();
    EXPECT_THAT(kept, ElementsAre(1));
    clock.forward(5h + 30min);
    jobs->work_off();
    jobs->work_off();

    EXPECT_THAT(kept, ElementsAre(1, 1));
    EXPECT_EQ(number("SELECT next_at FROM core_schedules"), sdk::to_micros(first + 6h)) << "the rhythm stays";
}

TEST_F(JobsTest, TwoHostsMakeOneJobOfAScheduleBetweenThem) {
    auto second = another();
    auto there = second->for_plugin("shop", no_gate());
    for (auto* one : {shop.get(), there.get()}) {
        ASSERT_TRUE(one->schedule({.name = "shop.hourly", .kind = "shop.count", .every = 1h, .payload = {{"n", 1}}}));
        ASSERT_TRUE(one->handle("shop.count", keeper()));
    }
    clock.forward(1h);

    jobs->work_off();
    second->work_off();

    EXPECT_THAT(kept, ElementsAre(1));
}

TEST_F(JobsTest, TwoHostsThatSeeTheSameDueTimeMakeOneJob) {
    auto second = another();
    bool second_was_there = false;
    auto first = another({.steps = [&](std::string_view step) {
        if (step == "jobs.schedule_due" && !std::exchange(second_was_there, true)) second->work_off();
    }});
    const auto here = first->for_plugin("shop", no_gate());
    const auto there = second->for_plugin("shop", no_gate());
    for (auto* one : {here.get(), there.get()}) {
        ASSERT_TRUE(one->schedule({.name = "shop.hourly", .kind = "shop.count", .every = 1h, .payload = {{"n", 1}}}));
        ASSERT_TRUE(one->handle("shop.count", keeper()));
    }
    clock.forward(1h);

    first->work_off();

    EXPECT_TRUE(second_was_there);
    EXPECT_THAT(kept, ElementsAre(1));
}

TEST_F(JobsTest, AScheduleGoesOnWhereItWasAfterARestart) {
    ASSERT_TRUE(shop->schedule({.name = "shop.hourly", .kind = "shop.count", .every = 1h}));
    const auto next = number("SELECT next_at FROM core_schedules");
    clock.forward(30min);

    ASSERT_TRUE(shop->schedule({.name = "shop.hourly", .kind = "shop.count", .every = 1h}));
    EXPECT_EQ(number("SELECT next_at FROM core_schedules"), next);
    ASSERT_TRUE(shop->schedule({.name = "shop.hourly", .kind = "shop.count", .every = 2h}));
    EXPECT_EQ(number("SELECT next_at FROM core_schedules"), sdk::to_micros(clock.now() + 2h));
}

TEST_F(JobsTest, DoneJobsAreDeletedAfterTwoWeeks) {
    ASSERT_TRUE(shop->handle("shop.count", keeper()));
    enqueue(count(1));
    jobs->work_off();

    clock.forward(24h * 13);
    jobs->work_off();
    EXPECT_EQ(number("SELECT COUNT(*) FROM core_jobs"), 1);
    clock.forward(24h * 2);
    jobs->work_off();

    EXPECT_EQ(number("SELECT COUNT(*) FROM core_jobs"), 0);
}

TEST_F(JobsTest, ThreadsRunManyJobsEachOnceAndNeverMoreThanAtOnce) {
    std::atomic<int> inside = 0;
    std::atomic<int> most = 0;
    std::mutex mutex;
    std::vector<int> runs(300);
    ASSERT_TRUE(shop->handle("shop.count",
                             [&](sdk::JobRun& run) {
                                 const int now = ++inside;
                                 for (int seen = most; now > seen && !most.compare_exchange_weak(seen, now);) {
                                 }
                                 {
                                     std::lock_guard lock(mutex);
                                     ++runs[run.payload().at("n").get<std::size_t>()];
                                 }
                                 --inside;
                                 return sdk::ok();
                             },
                             {.at_once = 2}));
    jobs->start();

    for (int i = 0; i < 300; ++i) enqueue(count(i));
    while (number("SELECT COUNT(*) FROM core_jobs WHERE state <> 'done'") > 0) std::this_thread::yield();

    EXPECT_TRUE(jobs->stop());
    EXPECT_LE(most, 2);
    EXPECT_THAT(runs, ::testing::Each(1));
}

TEST_F(JobsTest, StoppingGivesBackWhatHasNotBegun) {
    std::atomic<bool> inside = false;
    std::atomic<bool> go_on = false;
    ASSERT_TRUE(shop->handle("shop.count",
                             [&](sdk::JobRun&) {
                                 inside = true;
                                 while (!go_on) std::this_thread::yield();
                                 return sdk::ok();
                             },
                             {.at_once = 1}));
    jobs->start();
    for (int i = 0; i < 5; ++i) enqueue(count(i));
    while (!inside) std::this_thread::yield();

    std::thread ending([&] { EXPECT_TRUE(jobs->stop()); });
    go_on = true;
    ending.join();

    EXPECT_EQ(number("SELECT COUNT(*) FROM core_jobs WHERE state = 'running'"), 0);
    EXPECT_GE(number("SELECT COUNT(*) FROM core_jobs WHERE state = 'done'"), 1);
}

}  // namespace
}  // namespace whatsflow::jobs::testing
