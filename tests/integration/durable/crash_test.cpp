// Nothing is lost and nothing is done twice when the process is killed at any step of its work,
// and several processes share the work without doing a piece of it twice.
#include "background/durable_fixture.hpp"
#include "durable/shop.hpp"
#include "jobs/jobs.hpp"
#include "outbox/outbox.hpp"
#include "support/mariadb_server.hpp"
#include "support/server_process.hpp"
#include "time/system_clock.hpp"

#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace whatsflow::durable {
namespace {

using background::testing::no_gate;

testing::MariaDbServer& the_mariadb() {
    static testing::MariaDbServer server;
    return server;
}

pid_t start_worker(const std::string& url, const std::string& role, const std::string& step = "none", int nth = 1) {
    const std::vector<std::string> words{WF_DURABLE_WORKER, url, role, step, std::to_string(nth)};
    std::vector<char*> arguments;
    for (const auto& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    pid_t child = -1;
    if (::posix_spawn(&child, WF_DURABLE_WORKER, nullptr, nullptr, arguments.data(), ::environ) != 0) return -1;
    return child;
}

/// The exit code, or minus the signal that ended it.
int end_of(pid_t child) {
    int status = 0;
    if (::waitpid(child, &status, 0) != child) return 99;
    return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

class Crashes : public ::testing::TestWithParam<sdk::Dialect> {
protected:
    void SetUp() override {
        url = GetParam() == sdk::Dialect::sqlite ? "sqlite:" + (folder.path() / "durable.db").string()
                                                 : the_mariadb().fresh_database();
        database = background::testing::open_core_database(url, clock);
        for (const auto* table : {kOnce, kAtLeastOnce, kFailedOnce, kMade})
            must(std::string("CREATE TABLE ") + table + " (n BIGINT NOT NULL)");
        bus = std::make_unique<events::Bus>(log, clock);
        outbox = std::make_unique<outbox::Outbox>(*database, *bus, clock, log);
        jobs = std::make_unique<jobs::Jobs>(*database, clock, log);
    }

    void must(const std::string& sql, const sdk::DbValues& values = {}) {
        auto done = database->execute(context, sql, values);
        ASSERT_TRUE(done) << sql << ": " << done.error().message;
    }
    std::int64_t number(const std::string& sql) {
        auto row = database->query_one(context, sql);
        if (!row || !*row) {
            ADD_FAILURE() << sql;
            return -1;
        }
        return std::get<std::int64_t>((*row)->values().at(0).storage());
    }

    /// The cursors exist before the first event, as they do once a plugin has run.
    void know_the_subscribers() {
        auto shop = outbox->for_plugin("shop", no_gate());
        ASSERT_TRUE(shop->subscribe("shop.once", "shop.ordered/1", [](const auto&) { return sdk::ok(); }));
        ASSERT_TRUE(shop->subscribe("shop.at_least_once", "shop.ordered/1", [](const auto&) { return sdk::ok(); }));
        outbox->withdraw("shop");
    }
    void record(int events) {
        auto shop = outbox->for_plugin("shop", no_gate());
        for (int i = 0; i < events; ++i) {
            const auto tenant = sdk::TenantId{"t-" + std::to_string(i % 3)};
            auto done = database->transaction(
                context, [&](sdk::Transaction& tx) { return sdk::record(*shop, tx, context, Ordered{next}, tenant); });
            ASSERT_TRUE(done) << done.error().message;
            ++next;
        }
    }
    void enqueue(const std::string& kind, int count) {
        auto shop = jobs->for_plugin("shop", no_gate());
        for (int i = 0; i < count; ++i, ++next) {
            auto id = shop->enqueue(*database, context, {.kind = kind, .payload = {{"n", next}}, .most_attempts = 100});
            ASSERT_TRUE(id) << id.error().message;
        }
    }
    void expect_each_number_once(const char* table, std::int64_t numbers) {
        const std::string name(table);
        EXPECT_EQ(number("SELECT COUNT(*) FROM " + name), numbers) << name;
        EXPECT_EQ(number("SELECT COUNT(DISTINCT n) FROM " + name), numbers) << name;
    }
    void expect_each_number(const char* table, std::int64_t numbers) {
        EXPECT_EQ(number(std::string("SELECT COUNT(DISTINCT n) FROM ") + table), numbers) << table;
    }

    testing::TemporaryFolder folder;
    time::SystemClock clock;
    background::testing::KeptLog log;
    const sdk::CallContext context{.request_id = "crash-test", .tenant = {}};
    std::string url;
    std::shared_ptr<data::DatabaseServer> database;
    std::unique_ptr<events::Bus> bus;
    std::unique_ptr<outbox::Outbox> outbox;
    std::unique_ptr<jobs::Jobs> jobs;
    std::int64_t next = 1;
};

INSTANTIATE_TEST_SUITE_P(Each, Crashes, ::testing::Values(sdk::Dialect::sqlite, sdk::Dialect::mysql),
                         [](const auto& one) { return one.param == sdk::Dialect::sqlite ? "SQLite" : "MariaDB"; });

TEST_P(Crashes, ADeliveryKilledAtAnyStepLosesNothingAndRepeatsNothingInATransaction) {
    know_the_subscribers();
    for (const auto* step : {"outbox.numbering", "outbox.numbered", "outbox.leased", "outbox.read",
                             "outbox.before_handler", "outbox.after_handler", "outbox.before_commit",
                             "outbox.committed", "outbox.before_progress", "outbox.after_progress", "outbox.retried"}) {
        for (const int nth : {1, 2}) {
            record(21);
            const bool can_come_again = std::string_view(step) != "outbox.numbering" &&
                                        std::string_view(step) != "outbox.numbered" &&
                                        std::string_view(step) != "outbox.leased";
            if (nth == 2 && !can_come_again) continue;
            ASSERT_EQ(end_of(start_worker(url, "outbox", step, nth)), -SIGKILL) << step << " was not reached";
        }
    }
    ASSERT_EQ(end_of(start_worker(url, "outbox")), 0);

    expect_each_number_once(kOnce, next - 1);
    expect_each_number(kAtLeastOnce, next - 1);
    EXPECT_EQ(number("SELECT COUNT(*) FROM core_outbox_retries"), 0);
}

TEST_P(Crashes, AnEventIsRecordedIfAndOnlyIfItsTransactionCommitted) {
    ASSERT_EQ(end_of(start_worker(url, "publish", "outbox.appended", 8)), -SIGKILL);

    EXPECT_EQ(number("SELECT COUNT(*) FROM shop_made"), 7);
    EXPECT_EQ(number("SELECT COUNT(*) FROM core_outbox_events"), 7);
}

TEST_P(Crashes, AJobKilledAtAnyStepIsNotLostAndTakesEffectOnce) {
    for (const auto* step : {"jobs.before_commit", "jobs.claimed", "jobs.before_handler", "jobs.completed_in",
                             "jobs.after_handler", "jobs.settled"}) {
        for (const int nth : {1, 3}) {
            enqueue("shop.once", 10);
            enqueue("shop.at_least_once", 10);
            if (nth == 3 && std::string_view(step) == "jobs.claimed") continue;
            ASSERT_EQ(end_of(start_worker(url, "jobs", step, nth)), -SIGKILL) << step << " was not reached";
        }
    }
    ASSERT_EQ(end_of(start_worker(url, "jobs")), 0);

    EXPECT_EQ(number("SELECT COUNT(*) FROM core_jobs WHERE state = 'done'"), next - 1);
    EXPECT_EQ(number("SELECT COUNT(*) FROM shop_once"), (next - 1) / 2);
    EXPECT_EQ(number("SELECT COUNT(DISTINCT n) FROM shop_once"), (next - 1) / 2);
    EXPECT_EQ(number("SELECT COUNT(DISTINCT n) FROM shop_at_least_once"), (next - 1) / 2);
}

TEST_P(Crashes, AJobIsEnqueuedIfAndOnlyIfItsTransactionCommitted) {
    ASSERT_EQ(end_of(start_worker(url, "enqueue", "jobs.enqueued", 8)), -SIGKILL);

    EXPECT_EQ(number("SELECT COUNT(*) FROM shop_made"), 7);
    EXPECT_EQ(number("SELECT COUNT(*) FROM core_jobs"), 7);
}

TEST_P(Crashes, AScheduleKilledWhileItMakesItsJobMakesOne) {
    ASSERT_EQ(end_of(start_worker(url, "schedule", "jobs.scheduling")), -SIGKILL);
    EXPECT_EQ(number("SELECT COUNT(*) FROM core_jobs"), 0);

    ASSERT_EQ(end_of(start_worker(url, "schedule", "jobs.scheduled")), -SIGKILL);
    ASSERT_EQ(end_of(start_worker(url, "schedule")), 0);

    EXPECT_EQ(number("SELECT COUNT(*) FROM core_jobs"), 1);
}

TEST_P(Crashes, SeveralProcessesRunNoJobTwice) {
    enqueue("shop.one_at_a_time", 400);

    std::vector<pid_t> workers;
    for (int i = 0; i < 4; ++i) workers.push_back(start_worker(url, "jobs"));
    for (const auto worker : workers) EXPECT_EQ(end_of(worker), 0);

    expect_each_number_once(kOnce, 400);
}

TEST_P(Crashes, SeveralProcessesDeliverEachEventOnceInATransaction) {
    know_the_subscribers();
    record(200);

    std::vector<pid_t> workers;
    for (int i = 0; i < 3; ++i) workers.push_back(start_worker(url, "outbox"));
    record(100);
    for (const auto worker : workers) EXPECT_EQ(end_of(worker), 0);
    ASSERT_EQ(end_of(start_worker(url, "outbox")), 0);

    expect_each_number_once(kOnce, 300);
    expect_each_number(kAtLeastOnce, 300);
}

}  // namespace
}  // namespace whatsflow::durable
