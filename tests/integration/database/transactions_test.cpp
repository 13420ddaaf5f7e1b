// A transaction is all or nothing, and nothing of it stays behind on its session.
#include "database/both_databases.hpp"

#include <barrier>
#include <future>
#include <thread>

namespace whatsflow::data {
namespace {

using sdk::Result;
using sdk::Transaction;

class Transactions : public OnBothDatabases {};
WF_ON_BOTH_DATABASES(Transactions);

Result<void> run(Transaction& tx, const sdk::CallContext& context, const std::string& sql) {
    auto done = tx.execute(context, sql);
    if (!done) return done.error();
    return sdk::ok();
}

TEST_P(Transactions, APlainWriteAfterACommitIsSeenByOthersAndStays) {
    server = another(1);
    for (int id = 1; id < 20; id += 2) {
        ASSERT_TRUE(server->transaction(context, [&](Transaction& tx) {
            return run(tx, context, "INSERT INTO t (id) VALUES (" + std::to_string(id) + ")");
        }));
        must("INSERT INTO t (id) VALUES (?)", {id + 1});
    }
    server->close();
    server.reset();

    server = another();
    EXPECT_EQ(number("SELECT COUNT(*) FROM t"), 20);
}

TEST_P(Transactions, AnErrorOrAnExceptionTakesEverythingBack) {
    bool told = false;
    auto refused = server->transaction(context, [&](Transaction& tx) -> Result<void> {
        tx.after_commit([&] { told = true; });
        EXPECT_TRUE(run(tx, context, "INSERT INTO t (id) VALUES (1)"));
        return sdk::fail("no", "No.");
    });
    const auto throws = [&] {
        (void)server->transaction(context, [&](Transaction& tx) -> Result<void> {
            EXPECT_TRUE(run(tx, context, "INSERT INTO t (id) VALUES (2)"));
            throw std::runtime_error("oh");
        });
    };

    EXPECT_EQ(refused.error().code, "no");
    EXPECT_THROW(throws(), std::runtime_error);
    EXPECT_FALSE(told);
    EXPECT_EQ(number("SELECT COUNT(*) FROM t"), 0);
}

TEST_P(Transactions, ARefusedStatementDoesNotEndTheTransaction) {
    must("INSERT INTO t VALUES (1, 'a', 0)");
    ASSERT_TRUE(server->transaction(context, [&](Transaction& tx) -> Result<void> {
        EXPECT_EQ(run(tx, context, "INSERT INTO t VALUES (2, 'a', 0)").error().code, "database.duplicate");
        return run(tx, context, "INSERT INTO t VALUES (3, 'c', 0)");
    }));

    EXPECT_EQ(number("SELECT COUNT(*) FROM t"), 2);
}

TEST_P(Transactions, OneInsideAnotherIsRefusedAtOnce) {
    ASSERT_TRUE(server->transaction(context, [&](Transaction&) -> Result<void> {
        EXPECT_EQ(server->transaction(context, [](Transaction&) { return sdk::ok(); }).error().code, "database.failed");
        EXPECT_EQ(code("INSERT INTO t (id) VALUES (1)"), "database.failed");
        return sdk::ok();
    }));
    must("INSERT INTO t (id) VALUES (1)");
}

TEST_P(Transactions, AnotherProgramsWriterIsWaitedForAndThenBusy) {
    must("INSERT INTO t (id) VALUES (1)");
    auto impatient = another(2, sdk::Milliseconds{1000});
    ASSERT_TRUE(server->transaction(context, [&](Transaction& tx) -> Result<void> {
        auto changed = run(tx, context, "UPDATE t SET n = n + 1 WHERE id = 1");
        auto blocked = std::async(std::launch::async, [&] {
                           return impatient->execute(context, "UPDATE t SET n = n + 10 WHERE id = 1");
                       }).get();
        EXPECT_EQ(blocked.error().code, "database.busy");
        return changed;
    }));

    EXPECT_TRUE(impatient->execute(context, "UPDATE t SET n = n + 10 WHERE id = 1"));
    EXPECT_EQ(number("SELECT n FROM t WHERE id = 1"), 11);
}

TEST_P(Transactions, ManyThreadsAddingToOneNumberLoseNothing) {
    must("INSERT INTO t (id) VALUES (1)");
    std::atomic<int> failed = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < 6; ++i)
        threads.emplace_back([&] {
            for (int j = 0; j < 20; ++j)
                if (!server->transaction(context, [&](Transaction& tx) {
                        return run(tx, context, "UPDATE t SET n = n + 1 WHERE id = 1");
                    }))
                    ++failed;
        });
    for (auto& thread : threads) thread.join();

    EXPECT_EQ(failed, 0);
    EXPECT_EQ(number("SELECT n FROM t WHERE id = 1"), 120);
}

TEST_P(Transactions, WithAllSessionsInUseACallerGivesUpAtItsDeadline) {
    server = another(1);
    ASSERT_TRUE(server->transaction(context, [&](Transaction&) -> Result<void> {
        sdk::CallContext hurried;
        hurried.deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(50);
        EXPECT_EQ(server->query(hurried, "SELECT 1").error().code, "database.unavailable");
        return sdk::ok();
    }));

    EXPECT_EQ(number("SELECT 1"), 1);
}

class MariaDbTransactions : public OnMariaDb {};

TEST_F(MariaDbTransactions, ADeadlockIsRunAgain) {
    must("INSERT INTO t (id) VALUES (1), (2)");
    std::barrier both_hold_one(2);
    std::atomic<int> runs = 0;
    const auto cross = [&](int first, int second) {
        bool met = false;
        return server->transaction(context, [&, met](Transaction& tx) mutable -> Result<void> {
            ++runs;
            auto one = run(tx, context, "UPDATE t SET n = n + 1 WHERE id = " + std::to_string(first));
            if (!one) return one;
            if (!std::exchange(met, true)) both_hold_one.arrive_and_wait();
            return run(tx, context, "UPDATE t SET n = n + 1 WHERE id = " + std::to_string(second));
        });
    };

    auto other = std::async(std::launch::async, [&] { return cross(2, 1); });
    auto mine = cross(1, 2);
    auto theirs = other.get();

    EXPECT_TRUE(mine);
    EXPECT_TRUE(theirs);
    EXPECT_GE(runs, 3);
    EXPECT_EQ(number("SELECT SUM(n) FROM t"), 4);
}

TEST_F(MariaDbTransactions, ABodyThatHidesADeadlockDoesNotCommitHalf) {
    must("INSERT INTO t (id) VALUES (1), (2)");
    std::barrier both_hold_one(2);
    const auto cross = [&](int first, int second) {
        bool met = false;
        return server->transaction(context, [&, met](Transaction& tx) mutable -> Result<void> {
            (void)tx.execute(context, "UPDATE t SET n = n + 1 WHERE id = ?", {first});
            if (!std::exchange(met, true)) both_hold_one.arrive_and_wait();
            (void)tx.execute(context, "UPDATE t SET n = n + 1 WHERE id = ?", {second});
            return sdk::ok();
        });
    };

    auto other = std::async(std::launch::async, [&] { return cross(2, 1); });
    auto mine = cross(1, 2);
    auto theirs = other.get();

    EXPECT_TRUE(mine);
    EXPECT_TRUE(theirs);
    EXPECT_EQ(number("SELECT SUM(n) FROM t"), 4);
}

TEST_F(MariaDbTransactions, ASessionIsSetUpAsPromised) {
    auto row = server->query_one(context,
                                 "SELECT @@autocommit AS a, @@time_zone AS z, @@tx_isolation AS i, @@sql_mode AS m, "
                                 "@@character_set_connection AS c, @@max_statement_time AS s");

    ASSERT_TRUE(row && *row);
    EXPECT_EQ((*row)->integer("a"), 1);
    EXPECT_EQ((*row)->text("z"), "+00:00");
    EXPECT_EQ((*row)->text("i"), "READ-COMMITTED");
    EXPECT_NE((*row)->text("m").find("STRICT_ALL_TABLES"), std::string::npos);
    EXPECT_EQ((*row)->text("c"), "utf8mb4");
    EXPECT_EQ((*row)->real("s"), 30.0);
}

TEST_F(MariaDbTransactions, ASessionWhoseAutocommitWasTurnedOffIsNotLentAgain) {
    server = another(1);
    must("SET autocommit = 0");

    EXPECT_EQ(number("SELECT @@autocommit"), 1);
}

}  // namespace
}  // namespace whatsflow::data
