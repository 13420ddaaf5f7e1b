// What the staff see of the jobs and may do to them.
#include "jobs/job_board.hpp"
#include "jobs/jobs_fixture.hpp"

namespace whatsflow::jobs::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class JobBoardTest : public JobsFixture {
protected:
    void SetUp() override {
        JobsFixture::SetUp();
        board = std::make_unique<JobBoard>(*jobs, *database, clock);
    }
    std::string failed_job(const std::string& unique_key = "") {
        auto request = count(1);
        request.most_attempts = 1;
        request.unique_key = unique_key;
        bad = {1};
        EXPECT_TRUE(shop->handle("shop.count", keeper()));
        const auto id = enqueue(request);
        jobs->work_off();
        bad.clear();
        return id;
    }
    std::unique_ptr<JobBoard> board;
};

TEST_F(JobBoardTest, JobsComeNewestFirstPageByPageAndByState) {
    for (int i = 1; i <= 5; ++i) enqueue(count(i));
    auto later = count(6);
    later.run_at = clock.now() + 1h;
    enqueue(later);

    const auto first = *board->jobs(context, "queued", "", {.limit = 4});
    const auto rest = *board->jobs(context, "queued", "shop.count", {.after = first.next, .limit = 4});

    EXPECT_EQ(first.rows.size(), 4u);
    EXPECT_EQ(first.rows[0].at("payload").at("n"), 6);
    EXPECT_EQ(first.rows[0].at("run_at"), sdk::to_rfc3339(clock.now() + 1h));
    EXPECT_EQ(first.rows[0].at("started_at"), nullptr);
    EXPECT_EQ(rest.rows.size(), 2u);
    EXPECT_EQ(rest.next, "");
    EXPECT_TRUE(board->jobs(context, "done", "", {})->rows.empty());
    EXPECT_EQ(board->counts(context)->at("queued"), 6);
}

TEST_F(JobBoardTest, AFailedJobCanBeTriedAgain) {
    const auto id = failed_job();
    EXPECT_EQ(board->jobs(context, "failed", "", {})->rows.at(0).at("error"), "shop.no: not this one");

    ASSERT_TRUE(board->retry(context, id));
    jobs->work_off();

    EXPECT_THAT(kept, ElementsAre(1));
    EXPECT_EQ(board->retry(context, id).error().code, "jobs.wrong_state");
    EXPECT_EQ(board->retry(context, "nobody").error().code, "jobs.no_job");
}

TEST_F(JobBoardTest, AFailedJobDoesNotComeBackBesideTheOneThatReplacedIt) {
    const auto id = failed_job("key");
    auto request = count(2);
    request.unique_key = "key";
    enqueue(request);

    EXPECT_EQ(board->retry(context, id).error().code, "jobs.already_waiting");
}

TEST_F(JobBoardTest, ACancelledJobNeverRuns) {
    const auto id = enqueue(count(1));

    ASSERT_TRUE(board->cancel(context, id));
    ASSERT_TRUE(shop->handle("shop.count", keeper()));
    jobs->work_off();

    EXPECT_THAT(kept, IsEmpty());
    EXPECT_EQ(board->cancel(context, id).error().code, "jobs.wrong_state");
}

TEST_F(JobBoardTest, ARunThatIsCancelledCompletesNothing) {
    std::string code;
    ASSERT_TRUE(shop->handle("shop.count", [&](sdk::JobRun& run) {
        EXPECT_TRUE(board->cancel(context, run.id()));
        auto done = database->transaction(context, [&](sdk::Transaction& tx) { return run.complete_in(tx); });
        code = done.error().code;
        return done;
    }));
    const auto id = enqueue(count(1));

    jobs->work_off();

    EXPECT_EQ(code, "jobs.lease_lost");
    EXPECT_EQ(state_of(id), "failed");
}

TEST_F(JobBoardTest, APausedScheduleMakesNoJobsButCanBeRunNow) {
    ASSERT_TRUE(shop->schedule({.name = "shop.hourly", .kind = "shop.count", .every = 1h, .payload = {{"n", 1}}}));
    ASSERT_TRUE(shop->handle("shop.count", keeper()));
    ASSERT_TRUE(board->pause_schedule(context, "shop.hourly", true));
    clock.forward(3h);
    jobs->work_off();
    EXPECT_THAT(kept, IsEmpty());

    ASSERT_TRUE(board->run_schedule_now(context, "shop.hourly"));
    jobs->work_off();

    EXPECT_THAT(kept, ElementsAre(1));
    const auto rows = *board->schedules(context);
    EXPECT_EQ(rows.at(0).at("name"), "shop.hourly");
    EXPECT_EQ(rows.at(0).at("paused"), true);
    EXPECT_EQ(rows.at(0).at("every_ms"), 3'600'000);
    EXPECT_EQ(board->pause_schedule(context, "shop.none", true).error().code, "jobs.no_schedule");
    EXPECT_EQ(board->run_schedule_now(context, "shop.none").error().code, "jobs.no_schedule");
}

}  // namespace
}  // namespace whatsflow::jobs::testing
