// What every caller of the database relies on, on SQLite; the same and more runs on both
// databases in tests/integration/database.
#include "data/database_server.hpp"
#include "data/late_rows.hpp"

#include <gtest/gtest.h>

#include <future>
#include <thread>

namespace whatsflow::data {
namespace {

using sdk::Blob;
using sdk::CallContext;
using sdk::DbValue;
using sdk::Result;
using sdk::Transaction;

class CollectingLog final : public sdk::Logger {
public:
    bool enabled(sdk::LogLevel) const noexcept override { return true; }
    void write(sdk::LogLevel, std::string_view message, const sdk::LogFields& fields) noexcept override {
        const std::lock_guard lock(mutex_);
        text_ += message;
        for (const auto& [name, value] : fields) text_ += " " + name + "=" + value;
        text_ += "\n";
    }
    std::string text() const {
        const std::lock_guard lock(mutex_);
        return text_;
    }

private:
    mutable std::mutex mutex_;
    std::string text_;
};

class Sqlite : public testing::Test {
protected:
    Sqlite() {
        OpenOptions options;
        options.sessions = 4;
        options.log = &log;
        options.lock_wait = sdk::Milliseconds{2000};
        options.observe = [this](const StatementReport&) { ++statements; };
        auto opened = open(*parse_database_url("sqlite::memory:"), options);
        EXPECT_TRUE(opened) << opened.error().message;
        server = *opened;
        EXPECT_TRUE(
            server->execute(context, "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, n BIGINT)"));
    }

    std::int64_t count() {
        auto row = server->query_one(context, "SELECT COUNT(*) AS n FROM t");
        return (*row)->integer("n");
    }

    CollectingLog log;
    std::atomic<int> statements{0};
    CallContext context{.request_id = "r-1", .tenant = {}};
    std::shared_ptr<DatabaseServer> server;
};

TEST_F(Sqlite, AValueComesBackAsItWentIn) {
    ASSERT_TRUE(server->execute(context, "CREATE TABLE v (a INTEGER, b DOUBLE, c TEXT, d BLOB, e TEXT)"));
    const std::string bytes("\0\xff\x01", 3);

    ASSERT_TRUE(server->execute(context, "INSERT INTO v VALUES (?,?,?,?,?)",
                                {std::int64_t{1} << 62, 2.5, "සිංහල தமிழ் 🎉", Blob{bytes}, nullptr}));
    auto row = server->query_one(context, "SELECT * FROM v");

    ASSERT_TRUE(row && *row);
    EXPECT_EQ((*row)->integer("a"), std::int64_t{1} << 62);
    EXPECT_EQ((*row)->real("b"), 2.5);
    EXPECT_EQ((*row)->text("c"), "සිංහල தமிழ் 🎉");
    EXPECT_EQ((*row)->bytes("d"), bytes);
    EXPECT_TRUE((*row)->is_null("e"));
}

TEST_F(Sqlite, AnErrorHasASentenceAndTheLogHasTheStatement) {
    auto rows = server->query(context, "SELECT secret_column FROM t");

    ASSERT_FALSE(rows);
    EXPECT_EQ(rows.error().code, "database.failed");
    EXPECT_EQ(rows.error().message.find("secret_column"), std::string::npos);
    EXPECT_NE(log.text().find("secret_column"), std::string::npos);
    EXPECT_NE(log.text().find("r-1"), std::string::npos);
}

TEST_F(Sqlite, TheSameUniqueValueTwiceIsADuplicate) {
    ASSERT_TRUE(server->execute(context, "INSERT INTO t VALUES (1,'a',1)"));

    auto again = server->execute(context, "INSERT INTO t VALUES (2,?,1)", {"a"});

    EXPECT_EQ(again.error().code, "database.duplicate");
}

TEST_F(Sqlite, ANullWhereNoneIsAllowedIsAConstraint) {
    EXPECT_EQ(server->execute(context, "INSERT INTO t VALUES (1,?,1)", {nullptr}).error().code, "database.constraint");
}

TEST_F(Sqlite, TheWrongNumberOfValuesIsRefused) {
    EXPECT_EQ(server->query(context, "SELECT ?", {1, 2}).error().code, "database.failed");
    EXPECT_EQ(server->query(context, "SELECT ?", {}).error().code, "database.failed");
}

TEST_F(Sqlite, TwoStatementsInOneAreRefused) {
    EXPECT_FALSE(server->execute(context, "INSERT INTO t VALUES (1,'a',1); DELETE FROM t"));
}

TEST_F(Sqlite, TheNumberOfChangedRowsIsOfThisStatement) {
    ASSERT_EQ(*server->execute(context, "INSERT INTO t VALUES (1,'a',1),(2,'b',1),(3,'c',1)"), 3);

    EXPECT_EQ(*server->execute(context, "UPDATE t SET n = 2 WHERE id < ?", {3}), 2);
    EXPECT_EQ(*server->execute(context, "CREATE INDEX t_by_n ON t (n)"), 0);
    EXPECT_EQ(*server->execute(context, "DELETE FROM t WHERE id = 99"), 0);
}

TEST_F(Sqlite, AnAnswerOfMoreRowsThanTheLimitIsRefused) {
    const std::string many =
        "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < ?) SELECT n FROM r";

    EXPECT_EQ(server->query(context, many, {100'000})->size(), 100'000U);
    EXPECT_EQ(server->query(context, many, {100'001}).error().code, "database.too_many_rows");
}

TEST_F(Sqlite, AStatementEndsAtTheDeadline) {
    context.deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(50);
    const std::string endless =
        "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT COUNT(*) AS n FROM r";

    auto rows = server->query(context, endless);

    EXPECT_EQ(rows.error().code, "database.unavailable");
}

TEST_F(Sqlite, ATableThatWasAlteredIsReadWithItsNewColumns) {
    ASSERT_TRUE(server->execute(context, "INSERT INTO t VALUES (1,'a',1)"));
    ASSERT_EQ((*server->query(context, "SELECT * FROM t"))[0].columns().size(), 3U);

    ASSERT_TRUE(server->execute(context, "ALTER TABLE t ADD COLUMN extra TEXT"));

    EXPECT_EQ((*server->query(context, "SELECT * FROM t"))[0].columns().size(), 4U);
}

TEST_F(Sqlite, WhatATransactionWroteIsThereAfterItsCommit) {
    bool told = false;
    auto done = server->transaction(context, [&](Transaction& tx) -> Result<void> {
        auto changed = tx.execute(context, "INSERT INTO t VALUES (1,'a',1)");
        if (!changed) return changed.error();
        EXPECT_EQ((*tx.query_one(context, "SELECT COUNT(*) AS n FROM t"))->integer("n"), 1);
        tx.after_commit([&] {
            told = true;
            EXPECT_TRUE(server->execute(context, "INSERT INTO t VALUES (2,'b',1)"));
        });
        EXPECT_FALSE(told);
        return sdk::ok();
    });

    EXPECT_TRUE(done);
    EXPECT_TRUE(told);
    EXPECT_EQ(count(), 2);
}

TEST_F(Sqlite, AnErrorOrAnExceptionRollsBack) {
    bool told = false;
    auto refused = server->transaction(context, [&](Transaction& tx) -> Result<void> {
        EXPECT_TRUE(tx.execute(context, "INSERT INTO t VALUES (1,'a',1)"));
        tx.after_commit([&] { told = true; });
        return sdk::fail("no", "No.");
    });
    EXPECT_EQ(refused.error().code, "no");
    const auto throws = [&] {
        (void)server->transaction(context, [&](Transaction& tx) -> Result<void> {
            EXPECT_TRUE(tx.execute(context, "INSERT INTO t VALUES (1,'a',1)"));
            throw std::runtime_error("oh");
        });
    };
    EXPECT_THROW(throws(), std::runtime_error);

    EXPECT_FALSE(told);
    EXPECT_EQ(count(), 0);
    EXPECT_TRUE(server->execute(context, "INSERT INTO t VALUES (3,'c',1)"));
}

void insert_late(Transaction& tx, int id) {
    dynamic_cast<LateRows&>(tx).insert_late("t", {id, "late " + std::to_string(id), 1});
}

TEST_F(Sqlite, LateRowsAreWrittenInFewStatementsBeforeTheCommit) {
    const int before = statements;
    auto done = server->transaction(context, [&](Transaction& tx) -> Result<void> {
        for (int id = 0; id < 100; ++id) insert_late(tx, id);
        EXPECT_EQ((*tx.query_one(context, "SELECT COUNT(*) AS n FROM t"))->integer("n"), 0);
        return sdk::ok();
    });

    EXPECT_TRUE(done);
    EXPECT_EQ(statements - before, 1 + 3) << "the count, and 64, 32 and 4 rows";
    EXPECT_EQ(count(), 100);
}

TEST_F(Sqlite, ALateRowThatIsRefusedRollsEverythingBack) {
    bool told = false;
    auto done = server->transaction(context, [&](Transaction& tx) -> Result<void> {
        EXPECT_TRUE(tx.execute(context, "INSERT INTO t VALUES (1,'a',1)"));
        insert_late(tx, 1);
        tx.after_commit([&] { told = true; });
        return sdk::ok();
    });

    EXPECT_EQ(done.error().code, "database.duplicate");
    EXPECT_FALSE(told);
    EXPECT_EQ(count(), 0);
}

TEST_F(Sqlite, LateRowsOfARolledBackTransactionAreGone) {
    auto refused = server->transaction(context, [&](Transaction& tx) -> Result<void> {
        insert_late(tx, 1);
        return sdk::fail("no", "No.");
    });

    EXPECT_EQ(refused.error().code, "no");
    EXPECT_EQ(count(), 0);
}

TEST_F(Sqlite, ATransactionInsideATransactionIsRefused) {
    auto done = server->transaction(context, [&](Transaction&) -> Result<void> {
        EXPECT_EQ(server->transaction(context, [](Transaction&) { return sdk::ok(); }).error().code, "database.failed");
        EXPECT_EQ(server->execute(context, "DELETE FROM t").error().code, "database.failed");
        EXPECT_TRUE(server->query(context, "SELECT 1"));
        return sdk::ok();
    });

    EXPECT_TRUE(done);
}

TEST_F(Sqlite, ABusyTransactionRunsAgainUpToThreeTimes) {
    int runs = 0;
    auto done = server->transaction(context, [&](Transaction&) -> Result<void> {
        ++runs;
        return sdk::fail("database.busy", "Busy.");
    });

    EXPECT_EQ(done.error().code, "database.busy");
    EXPECT_EQ(runs, 4);
}

TEST_F(Sqlite, ManyWritersAllSucceed) {
    std::vector<std::thread> threads;
    std::atomic<int> failed = 0;
    for (int t = 0; t < 8; ++t)
        threads.emplace_back([&, t] {
            for (int i = 0; i < 25; ++i) {
                auto done = server->transaction(context, [&](Transaction& tx) -> Result<void> {
                    auto changed = tx.execute(context, "INSERT INTO t (name, n) VALUES (?, ?)",
                                              {std::to_string(t) + "/" + std::to_string(i), i});
                    if (!changed) return changed.error();
                    return sdk::ok();
                });
                if (!done) ++failed;
            }
        });
    for (auto& thread : threads) thread.join();

    EXPECT_EQ(failed, 0);
    EXPECT_EQ(count(), 200);
}

TEST_F(Sqlite, AReaderDoesNotWaitForAnOpenTransaction) {
    auto done = server->transaction(context, [&](Transaction& tx) -> Result<void> {
        EXPECT_TRUE(tx.execute(context, "INSERT INTO t VALUES (1,'a',1)"));
        EXPECT_EQ(std::async(std::launch::async, [&] { return count(); }).get(), 0);
        return sdk::ok();
    });

    EXPECT_TRUE(done);
    EXPECT_EQ(count(), 1);
}

TEST_F(Sqlite, AfterClosingEverythingIsUnavailable) {
    EXPECT_TRUE(server->ping(context));

    server->close();

    EXPECT_EQ(server->ping(context).error().code, "database.unavailable");
    EXPECT_EQ(server->query(context, "SELECT 1").error().code, "database.unavailable");
}

TEST_F(Sqlite, LikeTellsCapitalsApartAsOnMariaDb) {
    EXPECT_EQ((*server->query_one(context, "SELECT 'A' LIKE 'a' AS same"))->integer("same"), 0);
}

TEST(Opening, AFolderThatCannotBeMadeIsASentence) {
    auto opened = open(*parse_database_url("sqlite:/proc/nowhere/x.db"), {});

    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, "database.unavailable");
}

TEST(Opening, AFileThatIsNoDatabaseIsASentence) {
    auto opened = open(*parse_database_url("sqlite:/etc/passwd"), {});

    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, "database.unavailable");
}

}  // namespace
}  // namespace whatsflow::data
