// Migrations on both databases, several programs at once, and after a failure.
#include "database/both_databases.hpp"

#include <thread>

namespace whatsflow::data {
namespace {

class MigrationsOn : public OnBothDatabases {
protected:
    Migrator migrator() { return Migrator(*server, {scratch.owner()}, clock); }
};
WF_ON_BOTH_DATABASES(MigrationsOn);

TEST_P(MigrationsOn, WhatWasAppliedIsListedWithItsInstant) {
    scratch.write("0002_more.sqlite.sql", "ALTER TABLE t ADD COLUMN more TEXT;");
    scratch.write("0002_more.mysql.sql", "ALTER TABLE t ADD COLUMN IF NOT EXISTS more TEXT;");

    auto before = migrator().status(context);
    auto applied = migrator().apply(context);
    auto after = migrator().status(context);

    ASSERT_TRUE(before && applied && after);
    EXPECT_EQ((*before)[0].applied_at, clock.now());
    EXPECT_FALSE((*before)[1].applied_at);
    EXPECT_EQ(applied->size(), 1U);
    EXPECT_EQ((*after)[1].applied_at, clock.now());
    must("INSERT INTO t (id, more) VALUES (1, '🎉')");
}

TEST_P(MigrationsOn, SeveralProgramsAtOnceApplyEachFileOnce) {
    scratch.write("0002_a.sql", "CREATE TABLE t_a (id BIGINT PRIMARY KEY);");
    scratch.write("0003_b.sql", "INSERT INTO t_a VALUES (1);");
    std::atomic<int> applied = 0;
    std::vector<std::thread> programs;
    for (int i = 0; i < 4; ++i)
        programs.emplace_back([&] {
            auto own = another(2);
            auto done = Migrator(*own, {scratch.owner()}, clock).apply(context);
            EXPECT_TRUE(done) << done.error().message;
            if (done) applied += static_cast<int>(done->size());
        });
    for (auto& program : programs) program.join();

    EXPECT_EQ(applied, 2);
    EXPECT_EQ(number("SELECT COUNT(*) FROM t_a"), 1);
}

TEST_P(MigrationsOn, AFileThatFailedRunsAgainFromItsBeginningOnceItIsRight) {
    scratch.write("0002_a.sql",
                  "CREATE TABLE IF NOT EXISTS t_a (id BIGINT PRIMARY KEY); INSERT INTO t_absent VALUES (1);");
    auto failed = migrator().apply(context);
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().code, "migration.failed");
    EXPECT_NE(failed.error().message.find("t/0002_a failed at statement 2"), std::string::npos)
        << failed.error().message;

    scratch.write("0002_a.sql", "CREATE TABLE IF NOT EXISTS t_a (id BIGINT PRIMARY KEY); INSERT INTO t_a VALUES (1);");

    auto applied = migrator().apply(context);
    ASSERT_TRUE(applied) << applied.error().message;
    EXPECT_EQ(number("SELECT COUNT(*) FROM t_a"), 1);
}

TEST_P(MigrationsOn, AnEditedFileStops) {
    scratch.write("0001_create.sql", "CREATE TABLE t (id BIGINT);");

    EXPECT_EQ(migrator().apply(context).error().code, "migration.changed");
}

TEST_P(MigrationsOn, AfterMigratingSessionsKeepTheirLimits) {
    context.deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(100);
    if (GetParam() == sdk::Dialect::mysql) {
        EXPECT_FALSE(server->query(context, "SELECT SLEEP(30)"));
    } else {
        EXPECT_EQ(number("PRAGMA foreign_keys"), 1);
    }
}

}  // namespace
}  // namespace whatsflow::data
